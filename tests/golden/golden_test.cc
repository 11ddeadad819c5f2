// Every story under stories/, in every run mode, against the real pipeline; and once against the
// naive model, whose every value must be the pipeline's. The tests are made from the files.

#include <gtest/gtest.h>

#include <cstdlib>
#include <deque>
#include <fstream>
#include <map>
#include <utility>

#include "tests/golden/run_modes.h"
#include "tests/golden/story.h"
#include "tests/golden/story_files.h"
#include "tests/golden/systems.h"

namespace touchline::golden {
namespace {

constexpr size_t kFewestStories = 40;

bool Updating() { return std::getenv("TOUCHLINE_UPDATE_GOLDEN") != nullptr; }

std::string Where(const Story& story, size_t line) {
  return story.path + ":" + std::to_string(line) + ": ";
}

Result<Telling> TellTo(const SystemFactory& make, const Story& story, const RunMode& mode) {
  SystemSetup setup{.rules = story.rules,
                    .partitions = mode.partitions,
                    .partners = {story.partners.begin(), story.partners.end()}};
  setup.partners.emplace_back("strangers");
  const auto system = make(setup);
  return Tell(story, mode, system.get());
}

// The straight telling to the pipeline, which all others are held against; told once per story.
const Result<Telling>& StraightTelling(const Story& story) {
  static auto* const kTold = new std::map<std::string, Result<Telling>>();
  const auto it = kTold->find(story.path);
  if (it != kTold->end()) return it->second;
  return kTold->emplace(story.path, TellTo(MakePipelineSystem, story, RunModes().front()))
      .first->second;
}

void CheckExpectations(const Story& story, const Telling& telling, StoryUpdate* update) {
  for (size_t i = 0; i < telling.seen.size(); ++i) {
    for (const Expectation& expectation : story.checkpoints[i].expectations) {
      std::string actual;
      const auto wrong = Check(expectation, telling.seen[i], &actual);
      if (!wrong) continue;
      if (update != nullptr && !actual.empty())
        update->Replace(expectation, actual);
      else
        ADD_FAILURE() << Where(story, expectation.line) << *wrong;
    }
  }
}

void CheckSame(const Story& story, const Telling& straight, const Telling& other) {
  for (size_t i = 0; i < other.seen.size(); ++i) {
    const Checkpoint& checkpoint = story.checkpoints[i];
    const std::string difference = Difference(straight.seen[i], other.seen[i], checkpoint.time);
    EXPECT_EQ(difference, "") << Where(story, checkpoint.line)
                              << "not what the straight telling shows:\n"
                              << difference;
    if (!difference.empty()) return;  // later ones follow from it
  }
}

class StoryTest : public testing::Test {
 public:
  explicit StoryTest(const Story* story) : story_(*story) {}

 protected:
  const Story& story_;
};

class StraightTest : public StoryTest {
 public:
  using StoryTest::StoryTest;
  void TestBody() override {
    const Result<Telling>& told = StraightTelling(story_);
    ASSERT_TRUE(told) << story_.path << ": " << told.error().message;
    StoryUpdate update;
    CheckExpectations(story_, *told, Updating() ? &update : nullptr);
    if (update.empty()) return;
    const std::string text = update.Apply(ReadText(story_.path));
    std::ofstream(story_.path, std::ios::binary) << text;
  }
};

class ModeTest : public StoryTest {
 public:
  ModeTest(const Story* story, const RunMode* mode) : StoryTest(story), mode_(*mode) {}
  void TestBody() override {
    const Result<Telling>& straight = StraightTelling(story_);
    const Result<Telling> told = TellTo(MakePipelineSystem, story_, mode_);
    ASSERT_TRUE(straight && told) << story_.path << ": "
                                  << (told ? straight.error() : told.error()).message;
    if (!Updating()) CheckExpectations(story_, *told, nullptr);
    CheckSame(story_, *straight, *told);
  }

 private:
  const RunMode& mode_;
};

class ModelTest : public StoryTest {
 public:
  using StoryTest::StoryTest;
  void TestBody() override {
    const Result<Telling>& straight = StraightTelling(story_);
    const Result<Telling> told = TellTo(MakeModelSystem, story_, RunModes().front());
    ASSERT_TRUE(told) << story_.path << ": " << told.error().message;
    if (!Updating()) CheckExpectations(story_, *told, nullptr);
    ASSERT_TRUE(straight) << story_.path << ": " << straight.error().message;
    CheckSame(story_, *told, *straight);
  }
};

class MistakesTest : public testing::Test {
 public:
  explicit MistakesTest(std::string mistakes) : mistakes_(std::move(mistakes)) {}
  void TestBody() override { FAIL() << mistakes_; }

 private:
  std::string mistakes_;
};

template <class Make>
void Register(const std::string& name, Make make) {
  testing::RegisterTest("GoldenTest", name.c_str(), nullptr, nullptr, __FILE__, __LINE__, make);
}

std::string ShortName(const std::string& path) {
  const size_t folder = path.find("stories/") + 8;
  return path.substr(folder, path.rfind('.') - folder);
}

// `stories` keeps the story for as long as its tests may run.
void RegisterStory(const std::string& path, std::deque<Story>* stories) {
  ParsedStory parsed = ParseStory(path, ReadText(path));
  const std::string name = ShortName(path);
  if (!parsed.errors.empty()) {
    std::string mistakes;
    for (const StoryError& error : parsed.errors) mistakes += error.text + "\n";
    return Register(name,
                    [mistakes] { return static_cast<testing::Test*>(new MistakesTest(mistakes)); });
  }
  const Story* const story = &stories->emplace_back(std::move(parsed.story));
  Register(name + "/straight",
           [story] { return static_cast<testing::Test*>(new StraightTest(story)); });
  Register(name + "/model", [story] { return static_cast<testing::Test*>(new ModelTest(story)); });
  for (const RunMode& mode : RunModes()) {
    if (mode.name == "straight" || IsExcept(*story, mode)) continue;
    const RunMode* const told = &mode;
    Register(name + "/" + std::string(mode.name),
             [story, told] { return static_cast<testing::Test*>(new ModeTest(story, told)); });
  }
}

TEST(StoriesTest, AreThereInNumber) { EXPECT_GE(StoryPaths().size(), kFewestStories); }

}  // namespace
}  // namespace touchline::golden

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  std::deque<touchline::golden::Story> stories;
  for (const std::string& path : touchline::golden::StoryPaths()) {
    touchline::golden::RegisterStory(path, &stories);
  }
  return RUN_ALL_TESTS();
}
