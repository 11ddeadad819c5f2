#include "simulator/poison.h"

#include <array>
#include <string_view>

#include "base/rfc3339.h"

namespace touchline::simulator {
namespace {

using domain::RejectReason;

// The parts of a structured CloudEvent; damage is done by changing one. Each holds JSON.
struct Draft {
  std::string specversion = "\"1.0\"";
  std::string id, source, subject, time, sequence;
  std::string type = "\"call.queued\"";
  std::string data = R"({"queue":"billing"})";
  std::string extra;  // ,"name":value

  std::string Text() const {
    std::string s = R"({"specversion":)" + specversion + R"(,"id":)" + id + R"(,"source":)" +
                    source + R"(,"type":)" + type + R"(,"subject":)" + subject + R"(,"time":)" +
                    time;
    if (!sequence.empty()) s += R"(,"sequence":)" + sequence;
    return s + extra + R"(,"datacontenttype":"application/json","data":)" + data + "}";
  }
};

// The simulator's own texts need no escapes.
std::string Quoted(std::string_view text) { return "\"" + std::string(text) + "\""; }

Draft Near(const domain::Event& near, std::string_view prefix, uint64_t number) {
  Draft d;
  d.id = Quoted(std::string(prefix) + std::to_string(number));
  d.source = Quoted(near.source);
  d.subject = Quoted(near.subject);
  d.time = Quoted(FormatRfc3339(near.time()));
  return d;
}

struct Damage {
  RejectReason reason;
  void (*apply)(Draft* draft);
};

constexpr std::array<Damage, 14> kDamages = {{
    {RejectReason::kUnknownSpecVersion, [](Draft* d) { d->specversion = "\"0.3\""; }},
    {RejectReason::kMissingField, [](Draft* d) { d->data = "{}"; }},
    {RejectReason::kMissingField,
     [](Draft* d) {
       d->type = "\"chat.joined\"";
       d->data = R"({"team":"red"})";
     }},
    {RejectReason::kWrongType, [](Draft* d) { d->data = R"({"queue":7})"; }},
    {RejectReason::kWrongType, [](Draft* d) { d->data = "[]"; }},
    {RejectReason::kWrongType, [](Draft* d) { d->id = "17"; }},
    {RejectReason::kBadValue,
     [](Draft* d) {
       d->type = "\"call.abandoned\"";
       d->data = R"({"stage":"lobby"})";
     }},
    {RejectReason::kBadValue,
     [](Draft* d) { d->data = R"({"queue":")" + std::string(600, 'q') + R"("})"; }},
    {RejectReason::kBadValue, [](Draft* d) { d->id = "\"\""; }},
    {RejectReason::kBadTime, [](Draft* d) { d->time = "\"2026-02-30T10:00:00Z\""; }},
    {RejectReason::kBadTime, [](Draft* d) { d->time = "\"yesterday\""; }},
    {RejectReason::kBadNumber, [](Draft* d) { d->sequence = "\"-3\""; }},
    {RejectReason::kDuplicateKey,
     [](Draft* d) { d->data = R"({"queue":"billing","queue":"sales"})"; }},
    {RejectReason::kKeyMismatch, [](Draft* d) { d->subject = "\"another-one\""; }},
}};

struct Wreck {
  RejectReason reason;
  void (*apply)(std::string* text);
};

constexpr std::array<Wreck, 7> kWrecks = {{
    {RejectReason::kTruncated, [](std::string* s) { s->resize(s->size() / 2); }},
    {RejectReason::kTruncated, [](std::string* s) { s->pop_back(); }},
    {RejectReason::kTruncated, [](std::string* s) { s->clear(); }},
    {RejectReason::kMalformedJson, [](std::string* s) { (*s)[1] = '\''; }},
    {RejectReason::kInvalidUtf8,
     [](std::string* s) { s->replace(s->find("billing"), 2, "\xC3\x28"); }},
    {RejectReason::kNotCloudEvent, [](std::string* s) { *s = R"({"hello":"world"})"; }},
    {RejectReason::kTooDeep,
     [](std::string* s) {
       s->replace(s->find("{\"queue\""), std::string::npos,
                  std::string(100, '[') + std::string(100, ']') + "}");
     }},
}};

constexpr std::array<std::string_view, 5> kUnknownTypes = {
    "call.recording_started", "call.sentiment_scored", "chat.typing", "ticket.viewed",
    "com.example.crm.note.added"};

}  // namespace

RejectReason PoisonMaker::Poison(const domain::Event& near, std::string* out) {
  Draft draft = Near(near, "poison-", next_id_++);
  const uint64_t kind = random_.Below(kDamages.size() + kWrecks.size());
  if (kind < kDamages.size()) {
    kDamages[kind].apply(&draft);
    out->append(draft.Text());
    return kDamages[kind].reason;
  }
  const Wreck& wreck = kWrecks[kind - kDamages.size()];
  std::string text = draft.Text();
  wreck.apply(&text);
  out->append(text);
  return wreck.reason;
}

void PoisonMaker::UnknownType(const domain::Event& near, std::string* out) {
  Draft draft = Near(near, "unknown-", next_id_++);
  draft.type = Quoted(kUnknownTypes[random_.Below(kUnknownTypes.size())]);
  draft.data = R"({"note":"nothing that we know","level":3})";
  out->append(draft.Text());
}

}  // namespace touchline::simulator
