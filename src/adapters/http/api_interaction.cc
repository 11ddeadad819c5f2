#include "adapters/http/api_interaction.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "adapters/http/interaction_json.h"
#include "adapters/http/interaction_text.h"
#include "adapters/http/json.h"
#include "base/rfc3339.h"

namespace touchline::adapters {
namespace {

using pipeline::FoundInteraction;

constexpr std::array<std::string_view, 5> kParameters = {"kind", "namespace", "topic", "partner",
                                                         "format"};
constexpr std::string_view kTextType = "text/plain; charset=utf-8";

struct Question {
  pipeline::InteractionQuery query;
  std::optional<std::string> partner;
  bool wants_text = false;
};

std::optional<std::string> ValueOf(const HttpRequest& request, std::string_view name) {
  const std::string* value = request.Find(name);
  return value == nullptr ? std::nullopt : std::optional(*value);
}

Result<Question> ParseQuestion(const HttpRequest& request) {
  for (const auto& [name, value] : request.query) {
    if (std::find(kParameters.begin(), kParameters.end(), name) == kParameters.end()) {
      return BadQuery("There is no parameter \"" + name +
                      "\"; known are kind, namespace, topic, partner, format.");
    }
  }
  Question question;
  question.query.id = request.path.substr(kInteractionsPath.size());
  if (question.query.id.size() > domain::kMaxIdBytes) {
    return BadQuery("The id is longer than any interaction's: at most " +
                    std::to_string(domain::kMaxIdBytes) + " bytes.");
  }
  if (const auto kind = ValueOf(request, "kind")) {
    question.query.kind = domain::ParseEnum<domain::Kind>(*kind);
    if (!question.query.kind) {
      return BadQuery("\"kind\" must be call, chat or ticket, not \"" + *kind + "\".");
    }
  }
  question.query.name_space = ValueOf(request, "namespace");
  question.query.topic = ValueOf(request, "topic");
  question.partner = ValueOf(request, "partner");
  question.wants_text = request.accept.find("text/plain") != std::string::npos;
  if (const auto format = ValueOf(request, "format")) {
    if (*format != "json" && *format != "text") {
      return BadQuery("\"format\" must be json or text, not \"" + *format + "\".");
    }
    question.wants_text = *format == "text";
  }
  return question;
}

// "interaction \"1001\" of kind ticket in namespace default"
std::string Asked(const pipeline::InteractionQuery& query) {
  std::string text = "interaction \"" + query.id + "\"";
  if (query.kind) text += " of kind " + std::string(domain::Name(*query.kind));
  if (query.name_space) text += " in namespace \"" + *query.name_space + "\"";
  if (query.topic) text += " of topic \"" + *query.topic + "\"";
  return text;
}

// Why there is nothing to tell.
struct Refusal {
  int status = 404;
  std::string message;
  std::vector<FoundInteraction> candidates;  // of 409
};

Refusal Unknown(const Question& question) {
  return {.status = 404,
          .message = "There is no " + Asked(question.query) +
                     " in the state. It may have begun within the last moments and not be durable "
                     "yet, be kept by another instance, or be forgotten: twice the retention after "
                     "its end nothing is left."};
}

Refusal NotHeld(const Question& question, const std::vector<FoundInteraction>& found) {
  const bool is_known = std::any_of(found.begin(), found.end(), [](const FoundInteraction& f) {
    return f.explanation.has_value();
  });
  if (!is_known) {
    return {.status = 403,
            .message = "Who held " + Asked(question.query) + " is not known any more."};
  }
  return {.status = 403,
          .message = "The partner \"" + *question.partner + "\" does not hold " +
                     Asked(question.query) + "."};
}

// What is kept of an interaction decides what can be said. One whose customer has been forgotten is
// told like others, but for his name.
std::optional<Refusal> WhyNothingIsTold(const Question& question, const FoundInteraction& one) {
  if (one.explanation) return std::nullopt;
  return Refusal{.status = 410,
                 .message = "The " + Asked(question.query) + " ended at " +
                            FormatRfc3339(one.ended_at) +
                            ", longer ago than the retention. That is all that is kept of it; "
                            "what it counted stays counted."};
}

// The one that is meant.
tl::expected<FoundInteraction, Refusal> Choose(const Question& question,
                                               std::vector<FoundInteraction> found) {
  if (found.empty()) return tl::unexpected(Unknown(question));
  if (question.partner) {
    std::vector<FoundInteraction> held;
    std::copy_if(found.begin(), found.end(), std::back_inserter(held),
                 [&question](const FoundInteraction& f) {
                   return f.explanation && f.explanation->partner == *question.partner;
                 });
    if (held.empty()) return tl::unexpected(NotHeld(question, found));
    found = std::move(held);
  }
  if (found.size() > 1) {
    return tl::unexpected(Refusal{.status = 409,
                                  .message = "There are several of " + Asked(question.query) +
                                             "; say which by kind, namespace or topic.",
                                  .candidates = std::move(found)});
  }
  if (auto why_nothing = WhyNothingIsTold(question, found[0])) {
    return tl::unexpected(*std::move(why_nothing));
  }
  return std::move(found[0]);
}

HttpResponse AsJson(const Refusal& refusal) {
  if (refusal.candidates.empty()) return JsonError(refusal.status, refusal.message);
  HttpResponse response{
      .status = refusal.status, .content_type = std::string(kJsonType), .body = {}};
  JsonObject object(&response.body);
  object.Add("error", std::string_view(refusal.message));
  object.AddName("candidates");
  for (const FoundInteraction& one : refusal.candidates) {
    response.body += &one == &refusal.candidates.front() ? "[\n" : ",\n";
    JsonObject candidate(&response.body);
    candidate.Add("namespace", std::string_view(one.name_space));
    candidate.Add("kind", domain::Name(one.kind));
    candidate.Add("topic", std::string_view(one.topic));
    candidate.Add("partition", one.partition);
    candidate.Close();
  }
  response.body += "\n]";
  object.Close();
  response.body += "\n";
  return response;
}

HttpResponse AsText(const Refusal& refusal) {
  HttpResponse response{.status = refusal.status,
                        .content_type = std::string(kTextType),
                        .body = Printable(refusal.message) + "\n"};
  for (const FoundInteraction& one : refusal.candidates) {
    response.body += "  kind " + std::string(domain::Name(one.kind)) + ", namespace " +
                     one.name_space + ", topic " + one.topic + "\n";
  }
  return response;
}

}  // namespace

HttpResponse ApiInteraction(const pipeline::InteractionSource& source,
                            const HttpRequest& request) {
  const Result<Question> question = ParseQuestion(request);
  if (!question) return JsonError(400, question.error().message);
  auto found = source.Find(question->query);
  if (!found) {
    const bool is_too_early = found.error().kind == ErrorClass::kTransient;
    const Refusal refusal = {.status = is_too_early ? 503 : 500, .message = found.error().message};
    return question->wants_text ? AsText(refusal) : AsJson(refusal);
  }
  const auto one = Choose(*question, *std::move(found));
  if (!one) return question->wants_text ? AsText(one.error()) : AsJson(one.error());
  const ToldInteraction told = {
      .id = question->query.id, .found = *one, .explanation = *one->explanation};
  if (question->wants_text) {
    return {.content_type = std::string(kTextType), .body = InteractionAsText(told)};
  }
  return {.content_type = std::string(kJsonType), .body = InteractionAsJson(told)};
}

}  // namespace touchline::adapters
