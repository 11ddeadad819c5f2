#include "adapters/http/api_waiting.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "adapters/http/api_rows.h"
#include "adapters/http/json.h"
#include "base/rfc3339.h"

namespace touchline::adapters {
namespace {

using pipeline::ScopeLabels;
using pipeline::WaitingContact;

constexpr std::string_view kContacts = "contacts";

struct Query {
  RowFilter filter;
  size_t contacts = 1;
};

Result<Query> ParseQuery(const HttpRequest& request) {
  constexpr std::array<std::string_view, 1> kOwn = {kContacts};
  auto filter = RowFilter::ParseLabels(request, domain::ScopeKind::kQueue, kOwn);
  if (!filter) return tl::unexpected<Error>(filter.error());
  Query query{.filter = *std::move(filter)};
  if (const std::string* text = request.Find(kContacts)) {
    const char* const end = text->data() + text->size();
    const auto [stop, error] = std::from_chars(text->data(), end, query.contacts);
    if (error != std::errc() || stop != end || query.contacts < 1 ||
        query.contacts > kMostWaiting) {
      return BadQuery("\"contacts\" must be a number from 1 to " + std::to_string(kMostWaiting) +
                      ", not \"" + *text + "\".");
    }
  }
  return query;
}

struct Contact {
  EventTime since;
  std::string id, name_space, topic;
  bool operator<(const Contact& o) const {
    return std::tie(since, id, name_space, topic) < std::tie(o.since, o.id, o.name_space, o.topic);
  }
};

// Those of one queue; of the contacts, the longest so far.
struct Queue {
  int64_t waiting = 0;
  std::vector<Contact> contacts;  // a heap, the latest in front

  void Add(const WaitingContact& c, size_t most) {
    ++waiting;
    if (contacts.size() == most && c.since > contacts.front().since) return;
    contacts.push_back({.since = c.since, .id = std::string(c.id),
                        .name_space = std::string(c.name_space), .topic = std::string(c.topic)});
    std::push_heap(contacts.begin(), contacts.end());
    if (contacts.size() <= most) return;
    std::pop_heap(contacts.begin(), contacts.end());
    contacts.pop_back();
  }
};

void AppendContact(const Contact& c, std::string* out) {
  JsonObject object(out);
  object.Add("id", std::string_view(c.id));
  object.Add("since", std::string_view(FormatRfc3339(c.since)));
  object.Add("namespace", std::string_view(c.name_space));
  object.Add("topic", std::string_view(c.topic));
  object.Close();
}

void AppendQueue(const ScopeLabels& labels, const Queue& queue, std::string* out) {
  JsonObject object(out);
  object.AddName("labels");
  AppendLabels(labels, out);
  object.Add("waiting", queue.waiting);
  object.AddName(kContacts);
  *out += '[';
  for (size_t i = 0; i < queue.contacts.size(); ++i) {
    if (i > 0) *out += ',';
    AppendContact(queue.contacts[i], out);
  }
  *out += ']';
  object.Close();
}

}  // namespace

HttpResponse ApiWaiting(const pipeline::WaitingSource& source, const HttpRequest& request) {
  const Result<Query> query = ParseQuery(request);
  if (!query) return JsonError(400, query.error().message);
  std::map<ScopeLabels, Queue> queues;
  const Status read =
      source.VisitWaiting([&](const ScopeLabels& labels, const WaitingContact& contact) {
        if (query->filter.MayMatch(labels)) queues[labels].Add(contact, query->contacts);
      });
  if (!read) {
    return JsonError(read.error().kind == ErrorClass::kTransient ? 503 : 500,
                     read.error().message);
  }
  HttpResponse response{.content_type = std::string(kJsonType), .body = "["};
  for (auto& [labels, queue] : queues) {
    std::sort(queue.contacts.begin(), queue.contacts.end());
    response.body += response.body.size() == 1 ? "\n" : ",\n";
    AppendQueue(labels, queue, &response.body);
  }
  response.body += "\n]\n";
  return response;
}

}  // namespace touchline::adapters
