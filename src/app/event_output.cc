#include "app/event_output.h"

#include <fmt/format.h>

#include <array>
#include <utility>

#include "adapters/json/cloud_event_encoder.h"
#include "adapters/kafka/admin.h"
#include "adapters/kafka/producer.h"
#include "base/utf8.h"

namespace touchline::app {
namespace {

constexpr Duration kBrokerAnswers = Duration::Seconds(10);
constexpr Duration kBrokerTakes = Duration::Minutes(2);

void AppendQuoted(std::string_view text, std::string* out) {
  out->push_back('"');
  for (const char c : ToValidUtf8(text)) {
    if (c == '"' || c == '\\') {
      out->push_back('\\');
      out->push_back(c);
    } else if (static_cast<unsigned char>(c) < 0x20) {
      fmt::format_to(std::back_inserter(*out), "\\u{:04x}", static_cast<unsigned char>(c));
    } else {
      out->push_back(c);
    }
  }
  out->push_back('"');
}

void AppendBase64(std::string_view bytes, std::string* out) {
  constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  for (size_t i = 0; i < bytes.size(); i += 3) {
    uint32_t group = 0;
    for (size_t k = 0; k < 3; ++k) {
      group = group << 8 | (i + k < bytes.size() ? static_cast<unsigned char>(bytes[i + k]) : 0u);
    }
    for (size_t k = 0; k < 4; ++k) {
      out->push_back(i + k <= bytes.size() ? kDigits[group >> (18 - 6 * k) & 63] : '=');
    }
  }
}

class LineOutput final : public EventOutput {
 public:
  explicit LineOutput(std::FILE* out) : out_(out) {}

  Status Finish() override {
    if (std::fflush(out_) != 0 || std::ferror(out_) != 0) return CannotWrite();
    return {};
  }

 protected:
  Status Send(const Outgoing& record) override {
    line_ = "{\"topic\":";
    AppendQuoted(record.topic, &line_);
    if (record.every_partition) {
      line_ += ",\"partitions\":\"all\"";
    } else {
      line_ += ",\"key\":";
      AppendQuoted(record.key, &line_);
    }
    if (record.is_event) {
      line_ += ",\"value\":";
      line_ += record.value;
    } else {
      line_ += ",\"value_base64\":\"";
      AppendBase64(record.value, &line_);
      line_ += '"';
    }
    line_ += "}\n";
    if (std::fwrite(line_.data(), 1, line_.size(), out_) != line_.size()) return CannotWrite();
    return {};
  }

 private:
  static Status CannotWrite() {
    return Fatal("The output cannot be written: is the disk full, or the pipe closed?");
  }
  std::FILE* out_;
  std::string line_;
};

class KafkaOutput final : public EventOutput {
 public:
  KafkaOutput(std::unique_ptr<adapters::EventProducer> producer,
              std::map<std::string, int32_t, std::less<>> partitions)
      : producer_(std::move(producer)), partitions_(std::move(partitions)) {}

  Status Finish() override { return producer_->Flush(kBrokerTakes); }

 protected:
  Status Send(const Outgoing& record) override {
    const std::array<pipeline::Header, 1> headers = {
        {{json::kContentTypeHeader, json::kStructuredContentType}}};
    pipeline::OutboundRecord out{.topic = record.topic,
                                 .key = record.key,
                                 .payload = record.value,
                                 .headers = headers};
    if (!record.every_partition) return producer_->Produce(out, kBrokerTakes);
    const int32_t count = partitions_.find(record.topic)->second;
    for (out.partition = 0; out.partition < count; ++out.partition) {
      if (Status sent = producer_->Produce(out, kBrokerTakes); !sent) return sent;
    }
    return {};
  }

 private:
  std::unique_ptr<adapters::EventProducer> producer_;
  std::map<std::string, int32_t, std::less<>> partitions_;
};

// The topic's partitions; makes it when it is missing and may be made.
Result<int32_t> Partitions(adapters::KafkaAdmin* admin, const std::string& topic,
                           int32_t create_partitions) {
  const auto known = admin->PartitionCount(topic, kBrokerAnswers);
  if (!known) return tl::unexpected(known.error());
  if (*known) return **known;
  if (create_partitions == 0) {
    return Fatal(fmt::format("The topic {} is not there; create it, or add --create-topics N.",
                             topic));
  }
  const Status made = admin->EnsureTopic({.name = topic, .partitions = create_partitions});
  if (!made) return tl::unexpected(made.error());
  return create_partitions;
}

}  // namespace

Status EventOutput::SendEvent(std::string_view topic, const domain::Event& event) {
  buffer_.clear();
  json::AppendStructured(event, &buffer_);
  ++sent_;
  return Send({.topic = topic,
               .key = event.subject,
               .value = buffer_,
               .is_event = true,
               .every_partition = event.type == domain::EventType::kSourceHeartbeat});
}

Status EventOutput::SendRaw(std::string_view topic, std::string_view key,
                            std::string_view value) {
  ++sent_;
  return Send({.topic = topic, .key = key, .value = value});
}

std::unique_ptr<EventOutput> MakeLineOutput(std::FILE* out) {
  return std::make_unique<LineOutput>(out);
}

Result<std::unique_ptr<EventOutput>> MakeKafkaOutput(KafkaOutputOptions options) {
  auto admin = adapters::KafkaAdmin::Connect(options.kafka);
  if (!admin) return tl::unexpected(admin.error());
  if (const auto cluster = (*admin)->ClusterId(kBrokerAnswers); !cluster) {
    return tl::unexpected(cluster.error());
  }
  std::map<std::string, int32_t, std::less<>> partitions;
  for (const std::string& topic : options.topics) {
    const auto count = Partitions(admin->get(), topic, options.create_partitions);
    if (!count) return tl::unexpected(count.error());
    partitions.emplace(topic, *count);
  }
  auto producer = adapters::EventProducer::Create({.kafka = options.kafka});
  if (!producer) return tl::unexpected(producer.error());
  return std::make_unique<KafkaOutput>(*std::move(producer), std::move(partitions));
}

}  // namespace touchline::app
