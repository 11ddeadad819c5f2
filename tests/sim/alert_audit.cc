#include "tests/sim/alert_audit.h"

#include <algorithm>
#include <string_view>

#include "base/rfc3339.h"

namespace touchline::sim {
namespace {

std::string HeaderOf(const test::LogRecord& record, std::string_view name) {
  for (const auto& [known, value] : record.headers) {
    if (known == name) return value;
  }
  return "";
}

// A text or number of the alert's JSON, by the first member of that name; "" if there is none.
std::string MemberOf(std::string_view json, const std::string& name) {
  const std::string key = "\"" + name + "\":";
  const size_t at = json.find(key);
  if (at == std::string_view::npos) return "";
  const std::string_view rest = json.substr(at + key.size());
  if (rest.starts_with('"')) return std::string(rest.substr(1, rest.find('"', 1) - 1));
  return std::string(rest.substr(0, rest.find_first_of(",}")));
}

// One breach as both tell it.
struct Breach {
  std::string name_space, kind, id, target, cycle, policy, at;
};

std::string Describe(const Breach& b) {
  return b.kind + " " + b.id + " of '" + b.name_space + "', " + b.target + " " + b.cycle +
         " by policy " + b.policy + " at " + b.at;
}

std::string BreachIn(std::string_view json) {
  if (MemberOf(json, "type") != "sla.breached") return "";
  return Describe({.name_space = MemberOf(json, "namespace"),
                   .kind = MemberOf(json, "kind"),
                   .id = MemberOf(json, "subject"),
                   .target = MemberOf(json, "target"),
                   .cycle = MemberOf(json, "cycle"),
                   .policy = MemberOf(json, "policy"),
                   .at = MemberOf(json, "time")});
}

}  // namespace

std::optional<std::string> AlertAudit::Check() {
  for (; read_ < world_.log.End(kAlerts, 0); ++read_) {
    const test::LogRecord& record = *world_.log.At(kAlerts, 0, read_);
    const std::string id = MemberOf(record.payload, "id");
    const auto [it, is_new] = alerts_.emplace(
        id, Seen{.sender = HeaderOf(record, "touchline_topic") + "/" +
                           HeaderOf(record, "touchline_partition"),
                 .payload = record.payload,
                 .breach = BreachIn(record.payload)});
    if (it->second.payload != record.payload) return "alert " + id + " has two contents";
    if (!is_new || MemberOf(record.payload, "type") != "sla.retracted") continue;
    const auto retracted = alerts_.find(MemberOf(record.payload, "retracts"));
    if (retracted == alerts_.end()) return "alert " + id + " takes back what nobody has said";
    if (retracted->second.is_retracted) return "alert " + id + " takes back a second time";
    retracted->second.is_retracted = true;
  }
  return std::nullopt;
}

std::optional<std::string> AlertAudit::CompareWithModel(
    const naive::ModelResult& expected, const std::vector<naive::InputLog>& inputs) const {
  std::map<std::string, int64_t> unsaid;  // less what was said without being so
  for (const naive::ContactHistory& contact : expected.contacts) {
    for (const naive::SlaCycle& cycle : contact.result.sla.cycles) {
      if (!cycle.breached) continue;
      ++unsaid[Describe({.name_space = inputs[contact.input].name_space,
                         .kind = std::string(domain::Name(contact.kind)),
                         .id = contact.id,
                         .target = std::string(domain::Name(cycle.target)),
                         .cycle = std::to_string(cycle.number),
                         .policy = cycle.breached->labels.policy,
                         .at = FormatRfc3339(cycle.breached->at)})];
    }
  }
  for (const auto& [id, alert] : alerts_) {
    if (alert.StandsAsBreach()) --unsaid[alert.breach];
  }
  for (const auto& [breach, missing] : unsaid) {
    if (missing > 0) return "no alert of a breach of " + breach;
    if (missing < 0) return "an alert of what is no breach, of " + breach;
  }
  return std::nullopt;
}

int64_t AlertAudit::breaches() const {
  return std::count_if(alerts_.begin(), alerts_.end(),
                       [](const auto& a) { return a.second.StandsAsBreach(); });
}

int64_t AlertAudit::retractions() const {
  return std::count_if(alerts_.begin(), alerts_.end(),
                       [](const auto& a) { return a.second.is_retracted; });
}

std::map<std::string, uint64_t> AlertAudit::BySender() const {
  std::map<std::string, uint64_t> counts;
  for (const auto& [id, alert] : alerts_) ++counts[alert.sender];
  return counts;
}

}  // namespace touchline::sim
