#include "adapters/http/http.h"

#include <gtest/gtest.h>

#include "adapters/http/json.h"
#include "adapters/http/router.h"

namespace touchline::adapters {
namespace {

std::string Json(std::string_view text) {
  std::string out;
  AppendJsonString(text, &out);
  return out;
}

TEST(JsonStringTest, EscapesWhatJsonEscapes) {
  EXPECT_EQ(Json("a\"b\\c\n\r\t\x01\x1F"), R"("a\"b\\c\n\r\t\u0001\u001f")");
  EXPECT_EQ(Json(""), "\"\"");
  EXPECT_EQ(Json(std::string_view("\0", 1)), R"("\u0000")");
}

TEST(JsonStringTest, KeepsUtf8AndReplacesWhatIsNot) {
  EXPECT_EQ(Json("Zürich 😀\x7F"), "\"Zürich 😀\x7F\"");
  EXPECT_EQ(Json("a\xFFz"), "\"a\uFFFDz\"");
}

TEST(ParseTargetTest, SplitsAndDecodes) {
  const auto request = ParseTarget("/a%20b+c?x=1%262&y&&z=+%2B&x=3");
  ASSERT_TRUE(request);
  EXPECT_EQ(request->path, "/a b+c") << "a plus is a space in the query only";
  EXPECT_EQ(*request->Find("x"), "1&2") << "the first of two";
  EXPECT_EQ(*request->Find("y"), "");
  EXPECT_EQ(*request->Find("z"), " +");
  EXPECT_EQ(request->Find("w"), nullptr);
}

TEST(ParseTargetTest, RefusesWhatIsNoPath) {
  for (const char* target : {"", "a", "*", "http://host/a", "/%", "/%4", "/%zz", "/%00", "/?a=%0"}) {
    EXPECT_FALSE(ParseTarget(target)) << target;
  }
}

TEST(PercentEncodeTest, GivesWhatParseTargetReadsBack) {
  EXPECT_EQ(PercentEncode("aZ0-._~"), "aZ0-._~");
  EXPECT_EQ(PercentEncode("a/b c+%\xFF"), "a%2Fb%20c%2B%25%FF");
  const std::string text = "\x01 ü/?#&=+%2F\xFF";
  const auto request = ParseTarget("/" + PercentEncode(text) + "?x=" + PercentEncode(text));
  ASSERT_TRUE(request);
  EXPECT_EQ(request->path, "/" + text);
  EXPECT_EQ(*request->Find("x"), text);
}

HttpResponse Say(const Router& router, const std::string& target) {
  return router.Handle(*ParseTarget(target));
}

TEST(RouterTest, MatchesWholePathsOnly) {
  Router router;
  router.Add("/a/b", "the b", [](const HttpRequest&) { return HttpResponse{.body = "b"}; });
  EXPECT_EQ(Say(router, "/a/b?x=1").body, "b");
  for (const char* path : {"/a", "/a/b/", "/a/bc", "/a//b", "/A/b", "/a/./b", "/x/../a/b",
                           "/a/b/../../etc/passwd", "/..%2f..%2fetc/passwd"}) {
    const HttpResponse response = Say(router, path);
    EXPECT_EQ(response.status, 404) << path;
    EXPECT_EQ(response.content_type, "application/json");
    EXPECT_TRUE(response.body.starts_with("{\"error\":\"")) << response.body;
  }
}

TEST(RouterTest, MatchesLongerPathsUnderAPrefix) {
  Router router;
  router.AddUnder("/a/", "ID", "one a", [](const HttpRequest& request) {
    return HttpResponse{.body = request.path};
  });
  router.Add("/a/whole", "", [](const HttpRequest&) { return HttpResponse{.body = "whole"}; });
  EXPECT_EQ(Say(router, "/a/b%2Fc").body, "/a/b/c");
  EXPECT_EQ(Say(router, "/a/whole").body, "whole");
  EXPECT_EQ(Say(router, "/a/").status, 404);
  EXPECT_EQ(Say(router, "/a").status, 404);
  EXPECT_NE(Say(router, "/").body.find("/a/ID: one a"), std::string::npos);
}

TEST(RouterTest, ListsWhatWasAddedAtTheRoot) {
  Router router;
  router.Add("/a", "the a", [](const HttpRequest&) { return HttpResponse{}; });
  router.Add("/hidden", "", [](const HttpRequest&) { return HttpResponse{}; });
  const HttpResponse page = Say(router, "/");
  EXPECT_EQ(page.status, 200);
  EXPECT_NE(page.body.find("href=\"/a\""), std::string::npos);
  EXPECT_EQ(page.body.find("hidden"), std::string::npos);
}

TEST(RouterTest, KeepsWhatIsDoneByPostApartFromWhatIsAsked) {
  Router router;
  router.Add("/ask", "the answer", [](const HttpRequest&) { return HttpResponse{}; });
  router.AddPost("/do", "does it", [](const HttpRequest&) { return HttpResponse{}; });
  const auto status = [&](const std::string& path, bool is_post) {
    HttpRequest request = *ParseTarget(path);
    request.is_post = is_post;
    return router.Handle(request).status;
  };
  EXPECT_EQ(status("/do", true), 200);
  EXPECT_EQ(status("/do", false), 405);
  EXPECT_EQ(status("/ask", true), 405);
  EXPECT_EQ(status("/none", true), 404);
  EXPECT_NE(Say(router, "/").body.find("<li>POST /do: does it\n"), std::string::npos);
}

}  // namespace
}  // namespace touchline::adapters
