#include "domain/interaction/log_entry.h"

#include "domain/metrics.h"

namespace touchline::domain {
namespace {

// Type, time, identity, mask, and all optional numbers at their longest; with room to spare.
constexpr size_t kMostBytes = 160;

// Calls `field(bit, value)` for each optional number of an entry; the order is the state format.
template <class Entry, class Field>
void VisitOptional(Entry& e, Field field) {
  field(0, e.sequence_plus);
  field(1, e.partner);
  field(2, e.queue);
  field(3, e.agent);
  field(4, e.by_agent);
  field(5, e.reason);
  field(6, e.priority);
  field(7, e.tier);
  field(8, e.segment);
  field(9, e.customer);
  field(10, e.cause);
  field(11, e.direction);
  field(12, e.channel);
  field(13, e.by);
  field(14, e.author);
  field(15, e.initiator);
  field(16, e.status);
  field(17, e.to);
  field(18, e.flags);
  field(19, e.team);
}

TransferTo Destination(const Event& e) {
  if (!e.to_queue.empty()) return TransferTo::kQueue;
  return e.to_agent.empty() ? TransferTo::kExternal : TransferTo::kAgent;
}

bool IsTransfer(EventType t) {
  return t == EventType::kCallTransferred || t == EventType::kChatTransferred;
}

uint8_t Flags(const Event& e) {
  unsigned flags = 0;
  if (e.transfer_kind == TransferKind::kWarm) flags |= LogEntry::kWarm;
  if (e.visibility == Visibility::kInternal) flags |= LogEntry::kInternal;
  if (e.automated) flags |= LogEntry::kAutomated;
  if (e.bot) flags |= LogEntry::kBot;
  if (e.relation != Relation::kNone) flags |= LogEntry::kLinked;
  if (e.repeated_info) flags |= LogEntry::kRepeatedInfo;
  if (e.resolved) flags |= LogEntry::kResolvedKnown;
  if (e.resolved.value_or(false)) flags |= LogEntry::kResolved;
  return static_cast<uint8_t>(flags);
}

}  // namespace

void LogEntry::Encode(int64_t previous_ns, std::string* out) const {
  FixedBytes<kMostBytes> numbers;
  BasicByteWriter number_writer(&numbers);
  uint32_t mask = 0;
  VisitOptional(*this, [&](int bit, auto v) {
    if (v == decltype(v){}) return;
    mask |= 1u << bit;
    number_writer.Varint(static_cast<uint64_t>(v));
  });
  FixedBytes<kMostBytes> bytes;
  BasicByteWriter writer(&bytes);
  writer.U8(static_cast<uint8_t>(type));
  writer.Signed(time_ns - previous_ns);
  writer.Fixed64(id.high);
  writer.Fixed64(id.low);
  writer.Varint(mask);
  writer.Raw(numbers.view());
  out->append(bytes.view());
}

bool LogEntry::Decode(int64_t previous_ns, ByteReader* in) {
  *this = LogEntry();
  const uint8_t type_byte = in->U8();
  time_ns = previous_ns + in->Signed();
  id.high = in->Fixed64();
  id.low = in->Fixed64();
  const uint64_t mask = in->Varint();
  VisitOptional(*this, [&]<class T>(int bit, T& v) {
    if ((mask & (1u << bit)) != 0) v = static_cast<T>(in->Varint());
  });
  type = static_cast<EventType>(type_byte);
  return in->ok() && type_byte < kEventTypeCount;
}

LogEntry MakeLogEntry(const Event& event, SymbolTable* symbols) {
  const OrderKey order = event.order();
  LogEntry e;
  e.time_ns = order.time_ns;
  e.sequence_plus = order.sequence_plus;
  e.id = order.id;
  e.type = event.type;
  e.partner = symbols->Intern(event.partner);
  e.queue = symbols->Intern(event.queue);
  e.agent = symbols->Intern(event.agent);
  e.by_agent = symbols->Intern(event.by_agent);
  e.team = symbols->Intern(event.team);
  e.reason = symbols->Intern(event.reason);
  e.priority = symbols->Intern(event.priority);
  e.tier = symbols->Intern(event.tier);
  e.segment = symbols->Intern(event.segment);
  e.cause = event.cause;
  e.direction = event.direction;
  e.channel = event.channel;
  e.by = event.by;
  e.author = event.author;
  e.initiator = event.initiator != Party::kNone ? event.initiator : event.created_by;
  e.status = event.status;
  if (IsTransfer(event.type)) e.to = static_cast<uint8_t>(1 + static_cast<int>(Destination(event)));
  e.flags = Flags(event);
  return e;
}

}  // namespace touchline::domain
