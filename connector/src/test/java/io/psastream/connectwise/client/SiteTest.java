package io.psastream.connectwise.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.psastream.connectwise.catalog.Operation;
import java.net.URI;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import okhttp3.HttpUrl;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** From the Site URL as users write it to the host of the API. */
class SiteTest {

  private static final Operation NAMED = Calls.operation("GET /system/texts/{name}");

  @ParameterizedTest
  @CsvSource({
    "https://na.myconnectwise.net, https://api-na.myconnectwise.net",
    "https://eu.myconnectwise.net, https://api-eu.myconnectwise.net",
    "https://au.myconnectwise.net, https://api-au.myconnectwise.net",
    "https://aus.myconnectwise.net, https://api-aus.myconnectwise.net",
    "https://za.myconnectwise.net, https://api-za.myconnectwise.net",
    "https://staging.connectwisedev.com, https://api-staging.connectwisedev.com",
    "HTTPS://NA.MyConnectWise.net/, https://api-na.myconnectwise.net",
    "https://api-na.myconnectwise.net, https://api-na.myconnectwise.net",
    "https://sandbox-na.myconnectwise.net, https://sandbox-na.myconnectwise.net",
    "https://cw.example.com:8443, https://cw.example.com:8443",
    "http://127.0.0.1:8080/, http://127.0.0.1:8080",
  })
  void findsTheHostOfTheApi(URI given, String api) {
    assertThat(Site.of(given).api()).isEqualTo(api);
  }

  /** Whatever the parameters hold: a URL is made of the parsed address, and is the same. */
  @Test
  void isTheUrlThatItsTextSays() {
    Random random = new Random(29);
    Site site = Site.of(URI.create("https://na.myconnectwise.net"));
    for (int i = 0; i < 2_000; i++) {
      Call call = Call.of(NAMED, Map.of("name", text(random)), query(random));
      String path = "/v2025_1/apis/3.0" + NAMED.path().expand(call.path());

      assertThat(site.url("v2025_1", call))
          .isEqualTo(HttpUrl.get(site.api() + path + Site.query(call.query())));
    }
  }

  private static Map<String, String> query(Random random) {
    return random.nextBoolean() ? Map.of() : Map.of("conditions", text(random), "a b", "x");
  }

  private static String text(Random random) {
    String characters = "a7 .~/\\?#%&=+@:;'\"<>[]{}|^`é€\uD83D\uDE00\n\t";
    return "x"
        + random
            .ints(random.nextInt(9), 0, characters.length())
            .mapToObj(at -> String.valueOf(characters.charAt(at)))
            .collect(Collectors.joining());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://cw.example.com/v4_6_release/apis/3.0",
        "https://cw.example.com/v4_6_release/apis/3.0/",
        "https://cw.example.com/v2025_1//apis/3.0",
        "https://cw.example.com/v4_6_release/",
        "https://cw.example.com/apis/3.0",
        "https://cw.example.com//",
      })
  void dropsAPastedApiPath(URI given) {
    assertThat(Site.of(given).api()).isEqualTo("https://cw.example.com");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "na.myconnectwise.net | must begin with https://",
        "ftp://na.myconnectwise.net | must begin with https://",
        "https:/na.myconnectwise.net | has no host",
        "https://na.myconnectwise.net/v4_6_release/ConnectWise.aspx | must end after the" + " host",
      })
  void refusesWhatIsNotASite(URI given, String problem) {
    assertThatThrownBy(() -> Site.of(given))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "connectwise.site.url \""
                + given
                + "\" "
                + problem
                + ". Example: https://na.myconnectwise.net");
  }

  @Test
  void doesNotQuoteWhatMayHoldAKey() {
    assertThatThrownBy(() -> Site.of(URI.create("https://na.myconnectwise.net?key=S3CRET")))
        .hasMessage(
            "connectwise.site.url must end after the host. Example: https://na.myconnectwise.net");
  }

  @Test
  void refusesCredentialsInTheUrlWithoutShowingThem() {
    assertThatThrownBy(() -> Site.of(URI.create("https://me:secret@na.myconnectwise.net")))
        .hasMessage(
            "connectwise.site.url must not contain credentials. Example: https://na.myconnectwise.net");
  }

  @ParameterizedTest
  @CsvSource({"v4_6_release, v4_6_release", "v2025_1/, v2025_1", "' /v2025.1/ ', v2025.1"})
  void readsCodebases(String text, String codebase) {
    assertThat(Site.codebase(text)).isEqualTo(codebase);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "apis/3.0", "v4/../x", "latest"})
  void refusesWhatIsNotACodebase(String text) {
    assertThatThrownBy(() -> Site.codebase(text))
        .hasMessage("\"" + text + "\" is not a codebase. Examples: v4_6_release, v2025_1, auto");
  }

  @Test
  void asksTheGivenHostForTheCompany() {
    assertThat(Site.of(URI.create("https://na.myconnectwise.net")).companyInfo("a b"))
        .hasToString("https://na.myconnectwise.net/login/companyinfo/a%20b");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://na.myconnectwise.net/v2025_1//system/callbackkey/index.rails?companyName=mine&id=5f",
        "https://api-na.myconnectwise.net/v2025_1/system/callbackkey/index.rails?id=5f&companyName=MINE",
        "HTTPS://NA.myconnectwise.net:443/system/callbackkey?CompanyName=mine",
      })
  void takesKeysOfCallbacksFromItself(String keyUrl) {
    assertThat(Site.of(URI.create("https://na.myconnectwise.net")).callbackKey(keyUrl, "mine"))
        .isPresent();
    assertThat(Site.of(URI.create("https://api-na.myconnectwise.net")).callbackKey(keyUrl, "mine"))
        .isPresent();
  }

  /** Each could tell a key of whoever made the callback up, or have the credentials sent away. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://evil.example/system/callbackkey/index.rails?companyName=mine",
        "http://na.myconnectwise.net/system/callbackkey/index.rails?companyName=mine",
        "https://na.myconnectwise.net:8443/system/callbackkey/index.rails?companyName=mine",
        "https://eu.myconnectwise.net/system/callbackkey/index.rails?companyName=mine",
        "https://na.myconnectwise.net.evil.example/system/callbackkey?companyName=mine",
        "https://na.myconnectwise.net@evil.example/system/callbackkey?companyName=mine",
        "https://user:word@na.myconnectwise.net/system/callbackkey?companyName=mine",
        "https://evil.example\\@na.myconnectwise.net/system/callbackkey?companyName=mine",
        "https://na.myconnectwise.net/v2025_1/system/callbackkey/index.rails?companyName=theirs",
        "https://na.myconnectwise.net/v2025_1/system/callbackkey/index.rails",
        "https://na.myconnectwise.net/system/callbackkey?companyName=mine&companyName=theirs",
        "https://na.myconnectwise.net/system/callbackkey?companyName=mine&companyname=theirs",
        "https://na.myconnectwise.net/system/callbackkey?companyName=mine&company%4eame=theirs",
        "https://na.myconnectwise.net/system/callbackkey?companyName=mine;companyName=theirs",
        "https://na.myconnectwise.net/system/callbackkey/../documents/7/download?companyName=mine",
        "https://na.myconnectwise.net/system/callbackkey/%2e%2e/documents?companyName=mine",
        "https://na.myconnectwise.net/v4_6_release/apis/3.0/system/documents/7?companyName=mine",
        "/system/callbackkey/index.rails?companyName=mine",
        "file:///etc/passwd?companyName=mine",
        "",
      })
  void takesKeysOfCallbacksFromNobodyElse(String keyUrl) {
    assertThat(Site.of(URI.create("https://na.myconnectwise.net")).callbackKey(keyUrl, "mine"))
        .isEmpty();
  }
}
