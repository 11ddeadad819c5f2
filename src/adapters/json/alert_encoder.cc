#include "adapters/json/alert_encoder.h"

#include "adapters/json/cloud_event_encoder.h"
#include "adapters/json/json_writer.h"
#include "base/rfc3339.h"

namespace touchline::json {
namespace {

constexpr double kMillisPerSecond = 1000;

void AppendData(const domain::SlaAlert& alert, std::string_view name_space, std::string* out) {
  Members data(out);
  data.Text("namespace", name_space);
  data.Text("kind", domain::Name(alert.contact));
  data.Text("channel", domain::Name(alert.channel));
  data.Text("queue", alert.queue);
  data.Text("customer", alert.customer);
  data.Text("policy", alert.policy);
  data.Text("target", domain::Name(alert.target));
  AppendNumber(uint64_t{alert.cycle}, data.Key("cycle"));
  data.Text("due", FormatRfc3339(alert.due));
  AppendNumber(static_cast<double>(alert.budget.millis()) / kMillisPerSecond,
               data.Key("budget_seconds"));
  data.Text("holder", alert.holder);
  AppendNumber(alert.revision, data.Key("revision"));
  data.Text("feed", alert.is_stale ? "stale" : "live");
  if (alert.retracts != 0) {
    data.Text("retracts", domain::AlertId(name_space, alert, alert.retracts));
    data.Text("retracted", domain::Name(alert.retracted));
  }
  data.Close();
}

}  // namespace

void AlertEncoder::Encode(const domain::SlaAlert& alert, std::string_view name_space,
                          std::string* payload, std::vector<pipeline::Header>* headers) const {
  headers->push_back({.name = kContentTypeHeader, .value = kStructuredContentType});
  Members event(payload);
  event.Text("specversion", "1.0");
  event.Text("type", domain::Name(alert.kind));
  event.Text("source", "touchline");
  event.Text("id", domain::AlertId(name_space, alert, alert.revision));
  event.Text("time", FormatRfc3339(alert.at));
  event.Text("subject", alert.id);
  event.Text("partner", alert.partner);
  AppendData(alert, name_space, event.Key("data"));
  event.Close();
}

}  // namespace touchline::json
