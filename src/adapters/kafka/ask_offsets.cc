#include "adapters/kafka/ask_offsets.h"

namespace touchline::adapters {

std::vector<AnsweredOffset> AskOffsets(rd_kafka_t* handle,
                                       const std::vector<AskedPartition>& partitions, int64_t where,
                                       Duration timeout) {
  std::vector<AnsweredOffset> answers(partitions.size());
  if (partitions.empty()) return answers;
  const RdPartitions list(rd_kafka_topic_partition_list_new(static_cast<int>(partitions.size())));
  for (const AskedPartition& p : partitions) {
    rd_kafka_topic_partition_list_add(list.get(), p.topic.c_str(), p.partition)->offset = where;
  }
  const rd_kafka_resp_err_t failed =
      rd_kafka_offsets_for_times(handle, list.get(), ToTimeoutMs(timeout));
  for (size_t i = 0; i < answers.size(); ++i) {
    const rd_kafka_topic_partition_t& answer = list->elems[i];
    answers[i].offset = answer.offset;
    answers[i].error = failed != RD_KAFKA_RESP_ERR_NO_ERROR ? failed : answer.err;
    // Left as it was asked: no answer came for this one.
    if (answers[i].error == RD_KAFKA_RESP_ERR_NO_ERROR && answer.offset < 0) {
      answers[i].error = RD_KAFKA_RESP_ERR__TIMED_OUT;
    }
  }
  return answers;
}

}  // namespace touchline::adapters
