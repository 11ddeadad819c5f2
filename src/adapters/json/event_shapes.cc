#include "adapters/json/event_shapes.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace touchline::json {
namespace {

using domain::EventType;

constexpr uint64_t kReplaceOneIn = 64;

template <class Number>
bool SameNumber(const char* a, const char* b) {
  Number x, y;
  std::memcpy(&x, a, sizeof(x));
  std::memcpy(&y, b, sizeof(y));
  return x == y;
}

// As memcmp, whose call takes longer than what is between two texts: mostly a key, quotes and
// brackets. Two numbers overlap where the size is none of theirs.
[[gnu::always_inline]] inline bool SameBytes(const char* a, const char* b, size_t size) {
  if (size > 32 || size < 4) return std::memcmp(a, b, size) == 0;
  if (size < 8) {
    return SameNumber<uint32_t>(a, b) && SameNumber<uint32_t>(a + size - 4, b + size - 4);
  }
  if (size > 16 &&
      !(SameNumber<uint64_t>(a + 8, b + 8) &&
        SameNumber<uint64_t>(a + size - 16, b + size - 16))) {
    return false;
  }
  return SameNumber<uint64_t>(a, b) && SameNumber<uint64_t>(a + size - 8, b + size - 8);
}

}  // namespace

// Steps over the fixed bytes of a piece and calls take(part, text) for the texts between them.
// Returns where the event goes on, at a quote; nullptr: it is not like that.
template <class Take>
const char* EventShapes::Follow(const Piece& piece, std::string_view event, const char* at,
                                Take take) const {
  const char* const end = event.data() + event.size();
  const char* fixed = piece.bytes.data();
  for (const Part& part : piece.parts) {
    const size_t size = part.size;
    if (static_cast<size_t>(end - at) < size || !SameBytes(at, fixed, size)) return nullptr;
    fixed += size;
    at += size;
    const char* const quote =
        event.data() + quotes_.QuoteFrom(static_cast<size_t>(at - event.data()));
    if (quote == end) return nullptr;
    take(part, std::string_view(at, static_cast<size_t>(quote - at)));
    at = quote;
  }
  return at;
}

const char* EventShapes::ReadHead(const Head& head, std::string_view event,
                                  Envelope* envelope) const {
  return Follow(head.piece, event, event.data(), [&](const Part& part, std::string_view text) {
    if (part.attribute != Attribute::kOther) envelope->Set(part.attribute, text);
  });
}

bool EventShapes::ReadTail(const Tail& tail, std::string_view event, const char* at,
                           Envelope* envelope, FieldValues* fields) const {
  fields->Clear();
  at = Follow(tail.piece, event, at, [&](const Part& part, std::string_view text) {
    if (part.attribute != Attribute::kOther) {
      envelope->Set(part.attribute, text);
    } else if (part.field != nullptr) {
      fields->Add({.field = part.field, .key = part.key, .text = text});
    }
  });
  if (at == nullptr) return false;
  const std::string_view rest = event.substr(static_cast<size_t>(at - event.data()));
  if (rest != tail.end) return false;
  for (const FieldValue& flag : tail.flags) fields->Add(flag);
  return true;
}

bool EventShapes::Read(std::string_view event, Envelope* envelope, FieldValues* fields) {
  if (heads_.empty() || !quotes_.TakePlain(event)) return false;
  for (size_t tried = 0; tried < heads_.size(); ++tried) {
    const size_t at = (last_head_ + tried) % heads_.size();
    envelope->KeepOnly(0);
    const char* const behind_type = ReadHead(heads_[at], event, envelope);
    if (behind_type == nullptr) continue;
    last_head_ = at;
    const auto type = FindEventType(envelope->Text(Attribute::kType));
    if (!type) return false;
    envelope->SetType(*type);
    Tails& tails = heads_[at].tails_by_type[static_cast<size_t>(*type)];
    const Envelope::Mask of_head = envelope->present();
    for (size_t i = 0; i < tails.size(); ++i) {
      envelope->KeepOnly(of_head);
      if (!ReadTail(*tails[i], event, behind_type, envelope, fields)) continue;
      // What is often seen comes to stand in front.
      if (i > 0) std::swap(tails[i - 1], tails[i]);
      return true;
    }
    return false;
  }
  return false;
}

// Goes over the bytes of a sound, plain event once.
class EventShapes::Scan {
 public:
  Scan(std::string_view event, const TypeRules& rules, Piece* head, Tail* tail)
      : event_(event), rules_(rules), head_(head), tail_(tail), piece_(head) {
    for (Piece* piece : {head, &tail->piece}) {
      piece->bytes.clear();
      piece->parts.clear();
    }
    tail->flags.clear();
  }

  // False: it has no shape.
  bool Take() {
    while (at_ < event_.size()) {
      if (!Step(event_[at_])) return false;
    }
    const std::string_view end = event_.substr(taken_);
    tail_->end = end;
    return has_type() && kept_ + end.size() <= kMaxBytes;
  }

 private:
  // The next fixed bytes, which follow those that are kept. False: they are too many.
  bool Keep(size_t size) {
    kept_ += size;
    if (kept_ > kMaxBytes) return false;
    piece_->bytes += event_.substr(taken_, size);
    return true;
  }
  bool has_type() const { return piece_ != head_; }

  bool Step(char c) {
    switch (c) {
      case '"':
        return TakeQuoted();
      case '{':
        key_is_next_ = true;
        ++at_;
        ++depth_;
        return depth_ == 1 || (depth_ == 2 && key_ == AttributeName(Attribute::kData));
      case '}':
        ++at_;
        --depth_;
        return true;
      case ',':
        key_is_next_ = true;
        ++at_;
        return true;
      case ':':
      case ' ':
        ++at_;
        return true;
      case 't':
      case 'f':
      case 'n':
        return TakeWord(c);
      default:  // a number, an array
        return false;
    }
  }

  bool TakeQuoted() {
    const size_t from = at_ + 1;
    const size_t to = event_.find('"', from);
    at_ = to + 1;
    if (key_is_next_) {
      key_ = event_.substr(from, to - from);
      key_is_next_ = false;
      return true;
    }
    Part part{.size = static_cast<uint32_t>(from - taken_)};
    if (depth_ == 1) {
      part.attribute = FindAttribute(key_);
    } else if (!FieldOfKey(&part.field, &part.key)) {
      return false;
    }
    if (!Keep(part.size)) return false;
    piece_->parts.push_back(part);
    taken_ = to;
    if (part.attribute == Attribute::kType) piece_ = &tail_->piece;
    return ++parts_ <= kMaxParts;
  }

  bool TakeWord(char first) {
    at_ += first == 'f' ? 5 : 4;
    if (first == 'n' || depth_ == 1) return true;  // null is as absent
    FieldValue value{.is_text = false, .flag = first == 't'};
    if (!FieldOfKey(&value.field, &value.key)) return false;
    if (value.field != nullptr) tail_->flags.push_back(value);
    return true;
  }

  // False before the type, with which it is known which field a key of `data` means.
  bool FieldOfKey(const Field** field, uint8_t* key) const {
    const KeyIndex found = FindKey(key_);
    *key = static_cast<uint8_t>(found);
    if (found != kNoKey) *field = rules_.ForKey(found);
    return has_type();
  }

  std::string_view event_;
  const TypeRules& rules_;
  Piece* head_;
  Tail* tail_;
  Piece* piece_;  // to which the bytes go
  size_t at_ = 0;
  size_t taken_ = 0;  // what stands before is in a piece
  size_t kept_ = 0;   // bytes
  size_t depth_ = 0;
  size_t parts_ = 0;
  bool key_is_next_ = false;
  std::string_view key_;
};

bool EventShapes::MayReplace() { return ++not_learnt_ % kReplaceOneIn == 0; }

void EventShapes::Learn(std::string_view event, EventType type) {
  if (!quotes_.TakePlain(event)) return;
  if (!Scan(event, RulesFor(type), &scanned_head_, &scanned_tail_).Take()) return;
  Tails* tails = TailsOf(scanned_head_, type);
  if (tails == nullptr) return;
  if (tails->size() < kMaxTails && shapes_ < kMaxShapes) {
    tails->push_back(std::make_unique<Tail>(scanned_tail_));
    ++shapes_;
  } else if (!tails->empty() && MayReplace()) {
    *tails->back() = scanned_tail_;
  }
}

// nullptr: there are as many heads as may be.
EventShapes::Tails* EventShapes::TailsOf(const Piece& head, EventType type) {
  const auto is_same = [&head](const Head& other) {
    const auto same_size = [](const Part& a, const Part& b) { return a.size == b.size; };
    return other.piece.bytes == head.bytes &&
           std::equal(head.parts.begin(), head.parts.end(), other.piece.parts.begin(),
                      other.piece.parts.end(), same_size);
  };
  auto found = std::find_if(heads_.begin(), heads_.end(), is_same);
  if (found == heads_.end()) {
    if (heads_.size() < kMaxHeads) {
      found = heads_.emplace(heads_.end());
    } else if (MayReplace()) {
      found = heads_.begin() + static_cast<std::ptrdiff_t>(oldest_head_++ % kMaxHeads);
      for (const Tails& tails : found->tails_by_type) shapes_ -= tails.size();
      *found = Head();
    } else {
      return nullptr;
    }
    found->piece = head;
  }
  return &found->tails_by_type[static_cast<size_t>(type)];
}

}  // namespace touchline::json
