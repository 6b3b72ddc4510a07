package io.psastream.connectwise.sandbox.shipped;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.psastream.connectwise.sandbox.BuiltArchive;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.LocalDate;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipFile;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What comes with the archives so that they can be trusted and read: licences, SBOM, sums, pages.
 */
final class ReleaseIT {
  private static final Pattern LICENCE =
      Pattern.compile("\\(([\\w.-]+)\\) .*\\([^:()]+:([^:]+):(\\S+) - ");

  /** A link to another file; those into a page and to other sites are left out. */
  private static final Pattern LINK = Pattern.compile("\\]\\((?!https?:|#)([^)#\\s]+)[^)]*\\)");

  private static final Download PLUGIN =
      new Download(HubArchive.open(BuiltArchive.path()), "kafka-connect-connectwise-", Set.of());
  private static final Download CALLBACKS =
      new Download(
          HubArchive.open(BuiltArchive.callbacks()),
          "connectwise-callbacks-",
          Set.of("BSD-2-Clause", "MIT"));

  private final HubArchive archive = PLUGIN.archive();

  /**
   * What is published.
   *
   * @param own what the name of its own jar begins with
   * @param licences of its libraries, besides Apache-2.0
   */
  private record Download(HubArchive archive, String own, Set<String> licences) {

    private Set<String> libraries() {
      Set<String> others = new TreeSet<>(archive.in("lib").keySet());
      others.removeIf(jar -> jar.startsWith(own));
      return others;
    }

    private String sbom() {
      return "doc/" + archive.name() + ".cdx.json";
    }

    private boolean permits(String licence) {
      return licence.equals("Apache-2.0") || licences.contains(licence);
    }

    @Override
    public String toString() {
      return archive.name();
    }
  }

  static Stream<Download> downloads() {
    return Stream.of(PLUGIN, CALLBACKS);
  }

  @ParameterizedTest
  @MethodSource("downloads")
  void licencesAreCollectedForTheJarsOfLib(Download download) {
    List<MatchResult> licences =
        LICENCE.matcher(download.archive().text("doc/licenses/THIRD-PARTY.txt")).results().toList();

    assertThat(licences).allMatch(found -> download.permits(found.group(1)));
    assertThat(licences)
        .extracting(found -> found.group(2) + "-" + found.group(3) + ".jar")
        .containsExactlyInAnyOrderElementsOf(download.libraries());
  }

  /** An offline build makes none; a published one has it. */
  @ParameterizedTest
  @MethodSource("downloads")
  void sbomHasTheJarsOfLibWithTheirLicencesAndHashes(Download download) throws Exception {
    HubArchive archive = download.archive();
    assumeTrue(
        archive.files().containsKey(archive.name() + "/" + download.sbom())
            || System.getenv("CI") != null,
        "an offline build has no SBOM");

    Map<String, String> hashes = new TreeMap<>();
    for (JsonNode component : archive.json(download.sbom()).path("components")) {
      hashes.put(
          component.path("name").asText() + "-" + component.path("version").asText() + ".jar",
          sha256(component));
      String licence = component.at("/licenses/0/license/id").asText();
      assertThat(download.permits(licence)).as("%s of %s", licence, component).isTrue();
    }
    assertThat(hashes.keySet()).isEqualTo(download.libraries());
    for (String jar : download.libraries()) {
      assertThat(hashes.get(jar)).as(jar).isEqualTo(sha256(archive.in("lib").get(jar)));
    }
  }

  @ParameterizedTest
  @MethodSource("downloads")
  void sumsInTheArchiveAreThoseOfItsFilesAndSumsBesideItAreOfItself(Download download)
      throws Exception {
    HubArchive archive = download.archive();
    Map<String, String> sums = new TreeMap<>();
    archive
        .text("SHA256SUMS")
        .lines()
        .forEach(
            line -> sums.put(archive.name() + "/" + line.substring(66), line.substring(0, 64)));
    Set<String> files = new TreeSet<>(archive.files().keySet());
    files.removeAll(Set.of(archive.name() + "/SHA256SUMS", archive.name() + "/" + download.sbom()));

    assertThat(sums.keySet()).isEqualTo(files);
    for (String file : files) {
      assertThat(sums.get(file)).as(file).isEqualTo(sha256(archive.files().get(file)));
    }
    for (String ending : List.of(".zip", ".cdx.json")) {
      Path file = archive.file().resolveSibling(archive.name() + ending);
      if (Files.exists(file)) {
        assertThat(file.resolveSibling(file.getFileName() + ".sha256"))
            .content()
            .isEqualToIgnoringNewLines(
                sha256(Files.readAllBytes(file)) + "  " + file.getFileName());
      }
    }
  }

  /** The commands of the repository look for lib in whatever lies there. */
  @ParameterizedTest
  @MethodSource("downloads")
  void folderIsAloneWhereItIsBuilt(Download download) throws IOException {
    Path built = download.archive().file().resolveSibling(download.archive().name());
    try (Stream<Path> folders = Files.list(built)) {
      assertThat(folders).containsExactly(built.resolve(download.archive().name()));
    }
  }

  @Test
  void changesOfTheVersionAreToldUnderItsNameAndDate() throws IOException {
    JsonNode manifest = archive.json("manifest.json");

    assertThat(manifest.path("version").asText()).matches("\\d+\\.\\d+\\.\\d+");
    assertThat(archive.text("doc/CHANGELOG.md").lines())
        .contains(
            "## [%s] - %s"
                .formatted(
                    manifest.path("version").asText(), manifest.path("release_date").asText()));
  }

  /** So that two builds can be equal: .ci/reproducible compares them. */
  @ParameterizedTest
  @MethodSource("downloads")
  void everythingHasTheTimeOfTheRelease(Download download) throws IOException {
    LocalDate released =
        LocalDate.parse(archive.json("manifest.json").path("release_date").asText());

    try (ZipFile zip = new ZipFile(download.archive().file().toFile())) {
      assertThat(zip.stream().map(entry -> entry.getTimeLocal()))
          .containsOnly(released.atStartOfDay());
    }
  }

  @Test
  void logoIsAPictureOfTheSizeThatTheHubWants() throws IOException {
    BufferedImage logo =
        ImageIO.read(
            new ByteArrayInputStream(
                archive
                    .files()
                    .get(
                        archive.name()
                            + "/"
                            + archive.json("manifest.json").path("logo").asText())));

    assertThat(logo.getWidth()).isGreaterThanOrEqualTo(400);
    assertThat(logo.getHeight()).isGreaterThanOrEqualTo(200);
  }

  @ParameterizedTest
  @MethodSource("downloads")
  void noLinkOfItsPagesIsDead(Download download) {
    HubArchive archive = download.archive();
    archive
        .files()
        .forEach(
            (page, content) -> {
              if (page.endsWith(".md")) {
                Path folder = Path.of(page).getParent();
                assertThat(
                        LINK.matcher(new String(content, StandardCharsets.UTF_8))
                            .results()
                            .map(link -> folder.resolve(link.group(1)).normalize().toString()))
                    .as(page)
                    .allMatch(
                        target ->
                            archive.files().keySet().stream()
                                .anyMatch(
                                    file -> file.equals(target) || file.startsWith(target + "/")));
              }
            });
  }

  private static String sha256(JsonNode component) {
    for (JsonNode hash : component.path("hashes")) {
      if (hash.path("alg").asText().equals("SHA-256")) {
        return hash.path("content").asText();
      }
    }
    return "";
  }

  private static String sha256(byte[] content) throws NoSuchAlgorithmException {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
  }
}
