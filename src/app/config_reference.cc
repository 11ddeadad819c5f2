#include "app/config_reference.h"

#include <fmt/format.h>

#include <memory>
#include <string_view>

#include "app/config.h"
#include "app/config_schema.h"

namespace touchline::app {
namespace {

constexpr std::string_view kIntroduction =
    "# Configuration\n"
    "\n"
    "<!-- Generated from src/app/config_schema.cc; TOUCHLINE_UPDATE_GOLDEN=1 rewrites it. -->\n"
    "\n"
    "`touchline run` and `touchline check` read one YAML file: the one that `--config` names,\n"
    "else `./touchline.yaml`, else `/etc/touchline/touchline.yaml`. `--set KEY=VALUE` overrides\n"
    "one key and may repeat: `--set workers=2`, `--set 'topics[0].mode=recorded'`,\n"
    "`--set rules.queues.billing.short_abandon=3s`. `config/touchline.yaml` shows every key with\n"
    "its default.\n"
    "\n"
    "`touchline check` prints every mistake at once, with file, line and column, what is\n"
    "allowed, and the nearest known key; it exits with 78.\n"
    "\n"
    "- Durations are a whole number and `ms`, `s`, `m`, `h` or `d`, or several such from the\n"
    "  largest down (`1h30m`); sizes a whole number and `B`, `KiB`, `MiB`, `GiB` or `TiB`; points\n"
    "  have at most three decimal places; instants are RFC 3339 with an offset. Ranges include\n"
    "  both ends.\n"
    "- Unknown keys, keys that stand twice, anchors, merge keys, tags, a second document, `yes`\n"
    "  for `true` and numbers with leading zeros are refused.\n"
    "\n"
    "## Keys\n";

std::string Heading(const std::string& path, const Section& section) {
  switch (section.shape) {
    case Section::Shape::kList: return path + "[]";
    case Section::Shape::kMap: return path + ".NAME";
    case Section::Shape::kGroup: return path;
  }
  return path;
}

std::string DefaultOf(const Field& field, const void* owner, const Section& section) {
  if (field.presence == Field::Presence::kRequired) return "required";
  if (field.presence == Field::Presence::kOptional) return "none";
  if (!field.default_note.empty()) return field.default_note;
  if (!section.begins_as.empty()) return "as in `" + section.begins_as + "`";
  return fmt::format("`{}`", field.show(owner));
}

// The whole schema as rows, in the order of the table.
void AppendRows(const Section& section, const std::string& path, const void* owner,
                std::string* out) {
  const std::string heading = Heading(path, section);
  if (!path.empty()) {
    fmt::format_to(std::back_inserter(*out), "\n### {}\n\n{}\n", heading,
                   section.same_as.empty() ? section.help
                                           : fmt::format("The keys of `{}`.", section.same_as));
    if (!section.same_as.empty()) return;
  } else {
    out->append("\n### Top level\n");
  }
  if (!section.fields.empty()) {
    out->append("\n| key | type | default | range | meaning |\n|---|---|---|---|---|\n");
  }
  for (const Field& field : section.fields) {
    const std::string prefix = heading.empty() ? "" : heading + ".";
    fmt::format_to(std::back_inserter(*out), "| `{}{}` | {} | {} | {} | {} |\n", prefix, field.name,
                   DescribeType(field), DefaultOf(field, owner, section), DescribeRange(field),
                   field.help);
  }
  for (const Section& inner : section.sections) {
    const std::shared_ptr<const void> sample = inner.sample(owner);
    AppendRows(inner, path.empty() ? inner.name : heading + "." + inner.name, sample.get(), out);
  }
}

// Comment lines of at most 100 columns.
void AppendComment(std::string_view text, const std::string& indent, std::string* out) {
  const size_t width = 98 - indent.size();
  while (!text.empty()) {
    size_t cut = text.size();
    if (cut > width) {
      cut = text.rfind(' ', width);
      if (cut == std::string_view::npos) cut = text.size();
    }
    fmt::format_to(std::back_inserter(*out), "{}# {}\n", indent, text.substr(0, cut));
    text.remove_prefix(cut == text.size() ? cut : cut + 1);
  }
}

void AppendFieldHelp(const Field& field, const std::string& indent, std::string* out) {
  AppendComment(fmt::format("{} ({})", field.help, DescribeRange(field)), indent, out);
}

// What the keys of an entry mean, those of the groups within it, too.
void AppendKeysHelp(const Section& section, const std::string& prefix, const std::string& indent,
                    std::string* out) {
  for (const Field& field : section.fields) {
    AppendComment(fmt::format("{}{}: {} ({})", prefix, field.name, field.help,
                              DescribeRange(field)),
                  indent, out);
  }
  for (const Section& inner : section.sections) {
    if (!inner.same_as.empty()) continue;
    const std::string path = Heading(prefix + inner.name, inner);
    AppendComment(fmt::format("{}: {}", path, inner.help), indent, out);
    AppendKeysHelp(inner, path + ".", indent, out);
  }
}

void AppendExample(const Section& section, const std::string& indent, std::string* out) {
  AppendKeysHelp(section, "", indent, out);
  const bool only_comments = section.example.starts_with('#');
  const char* none = section.shape == Section::Shape::kList ? " []" : " {}";
  fmt::format_to(std::back_inserter(*out), "{}{}:{}\n", indent, section.name,
                 only_comments ? none : "");
  std::string_view rest = section.example;
  while (!rest.empty()) {
    const size_t end = rest.find('\n');
    fmt::format_to(std::back_inserter(*out), "{}  {}\n", indent, rest.substr(0, end));
    rest.remove_prefix(end + 1);
  }
}

void AppendTemplate(const Section& section, const std::string& indent, const void* owner,
                    std::string* out) {
  for (const Field& field : section.fields) {
    AppendFieldHelp(field, indent, out);
    const bool shown = field.presence == Field::Presence::kDefaulted;
    fmt::format_to(std::back_inserter(*out), "{}{}{}:{}{}\n", indent, shown ? "" : "# ", field.name,
                   shown ? " " : "", shown ? field.show(owner) : "");
  }
  for (const Section& inner : section.sections) {
    out->append("\n");
    AppendComment(inner.help, indent, out);
    if (inner.shape != Section::Shape::kGroup) {
      AppendExample(inner, indent, out);
      continue;
    }
    fmt::format_to(std::back_inserter(*out), "{}{}:\n", indent, inner.name);
    AppendTemplate(inner, indent + "  ", inner.sample(owner).get(), out);
  }
}

}  // namespace

void AppendReference(const Section& root, std::string* out) {
  const std::shared_ptr<const void> defaults = root.sample(nullptr);
  AppendRows(root, {}, defaults.get(), out);
}

std::string ConfigReference() {
  std::string out(kIntroduction);
  AppendReference(ConfigSchema(), &out);
  return out;
}

std::string ConfigTemplate() {
  std::string out =
      "# Touchline's configuration: every key with its default. docs/configuration.md explains\n"
      "# the forms; `touchline check --config FILE` finds mistakes.\n\n";
  const std::shared_ptr<const void> defaults = ConfigSchema().sample(nullptr);
  AppendTemplate(ConfigSchema(), {}, defaults.get(), &out);
  return out;
}

}  // namespace touchline::app
