#pragma once

#include <string>
#include <vector>

#include "adapters/kafka/rd.h"
#include "pipeline/ports.h"

namespace touchline::adapters {

struct AskedPartition {
  std::string topic;
  int32_t partition = 0;
};
struct AnsweredOffset {
  rd_kafka_resp_err_t error = RD_KAFKA_RESP_ERR_NO_ERROR;
  pipeline::Offset offset = 0;  // when there is no error
};

// Asks the brokers where partitions begin (RD_KAFKA_OFFSET_BEGINNING) or end
// (RD_KAFKA_OFFSET_END; with transactions, where what is decided ends). One request per leader for
// all of them, sent after the call and answered within `timeout` or not at all. Answers stand in
// the order of the partitions. rd_kafka_query_watermark_offsets would need two requests for each,
// and does not come back while a broker stays away. The library's error when the whole of it
// failed: one partition without a leader is enough.
std::vector<AnsweredOffset> AskOffsets(rd_kafka_t* handle,
                                       const std::vector<AskedPartition>& partitions, int64_t where,
                                       Duration timeout);

}  // namespace touchline::adapters
