#include "adapters/json/event_shapes.h"

#include <simdjson.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

namespace touchline::json {
namespace {

using domain::EventType;

constexpr uint64_t kReplaceOneIn = 64;

// Sixteen bytes at once, by the compilers' own vectors; every processor has them.
using Bytes16 = uint8_t __attribute__((vector_size(16)));

Bytes16 Load(const char* from) {
  Bytes16 bytes;
  std::memcpy(&bytes, from, sizeof(bytes));
  return bytes;
}

// All bits of a byte that is a control character, DEL or a backslash.
Bytes16 Specials(Bytes16 bytes) {
  return reinterpret_cast<Bytes16>((bytes < 0x20) | (bytes == '\\') | (bytes == 0x7F));
}

bool AnyBit(Bytes16 bytes, uint64_t mask) {
  std::array<uint64_t, 2> words;
  static_assert(sizeof(words) == sizeof(bytes));
  std::memcpy(words.data(), &bytes, sizeof(bytes));
  return ((words[0] | words[1]) & mask) != 0;
}

// Whether a text between two quotes anywhere in it is sound and means what its bytes say.
bool IsPlain(std::string_view event) {
  constexpr size_t kStep = sizeof(Bytes16);
  constexpr uint64_t kTops = 0x8080808080808080;
  if (event.size() < kStep) return false;
  // The last step overlaps the one before.
  Bytes16 all = Load(event.data() + event.size() - kStep);
  Bytes16 specials = Specials(all);
  for (size_t at = 0; at + kStep < event.size(); at += kStep) {
    const Bytes16 bytes = Load(event.data() + at);
    all |= bytes;
    specials |= Specials(bytes);
  }
  if (AnyBit(specials, ~uint64_t{0})) return false;
  return !AnyBit(all, kTops) || simdjson::validate_utf8(event.data(), event.size());
}

// Steps over the next `size` of the fixed bytes in both; false if they are not the same.
bool Skip(size_t size, std::string_view* fixed, std::string_view* rest) {
  if (rest->size() < size || std::memcmp(rest->data(), fixed->data(), size) != 0) return false;
  fixed->remove_prefix(size);
  rest->remove_prefix(size);
  return true;
}

// Up to the next quote, which stays.
bool TakeText(std::string_view* rest, std::string_view* text) {
  const void* quote = std::memchr(rest->data(), '"', rest->size());
  if (quote == nullptr) return false;
  const auto size = static_cast<size_t>(static_cast<const char*>(quote) - rest->data());
  *text = rest->substr(0, size);
  rest->remove_prefix(size);
  return true;
}

}  // namespace

bool EventShapes::ReadHead(const Head& head, std::string_view* rest, Envelope* envelope) {
  std::string_view fixed = head.piece.bytes;
  std::string_view text;
  for (const Part& part : head.piece.parts) {
    if (!Skip(part.size, &fixed, rest) || !TakeText(rest, &text)) return false;
    if (part.attribute != Attribute::kOther) envelope->Set(part.attribute, text);
  }
  return true;
}

bool EventShapes::ReadTail(const Tail& tail, std::string_view rest, Envelope* envelope,
                           FieldValues* fields) {
  fields->Clear();
  std::string_view fixed = tail.piece.bytes;
  std::string_view text;
  for (const Part& part : tail.piece.parts) {
    if (!Skip(part.size, &fixed, &rest) || !TakeText(&rest, &text)) return false;
    if (part.attribute != Attribute::kOther) {
      envelope->Set(part.attribute, text);
    } else if (part.field != nullptr) {
      fields->Add({.field = part.field, .key = part.key, .text = text});
    }
  }
  if (rest != fixed) return false;
  for (const FieldValue& flag : tail.flags) fields->Add(flag);
  return true;
}

bool EventShapes::Read(std::string_view event, Envelope* envelope, FieldValues* fields) {
  if (heads_.empty() || !IsPlain(event)) return false;
  for (size_t tried = 0; tried < heads_.size(); ++tried) {
    const size_t at = (last_head_ + tried) % heads_.size();
    std::string_view rest = event;
    envelope->KeepOnly(0);
    if (!ReadHead(heads_[at], &rest, envelope)) continue;
    last_head_ = at;
    const auto type = FindEventType(envelope->Text(Attribute::kType));
    if (!type) return false;
    std::vector<Tail>& tails = heads_[at].tails_by_type[static_cast<size_t>(*type)];
    const Envelope::Mask of_head = envelope->present();
    for (size_t i = 0; i < tails.size(); ++i) {
      envelope->KeepOnly(of_head);
      if (!ReadTail(tails[i], rest, envelope, fields)) continue;
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
    return has_type() && Keep(event_.size() - taken_);
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
  if (!IsPlain(event)) return;
  if (!Scan(event, RulesFor(type), &scanned_head_, &scanned_tail_).Take()) return;
  std::vector<Tail>* tails = TailsOf(scanned_head_, type);
  if (tails == nullptr) return;
  if (tails->size() < kMaxTails && shapes_ < kMaxShapes) {
    tails->push_back(scanned_tail_);
    ++shapes_;
  } else if (!tails->empty() && MayReplace()) {
    tails->back() = scanned_tail_;
  }
}

// nullptr: there are as many heads as may be.
std::vector<EventShapes::Tail>* EventShapes::TailsOf(const Piece& head, EventType type) {
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
      for (const std::vector<Tail>& tails : found->tails_by_type) shapes_ -= tails.size();
      *found = Head();
    } else {
      return nullptr;
    }
    found->piece = head;
  }
  return &found->tails_by_type[static_cast<size_t>(type)];
}

}  // namespace touchline::json
