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
import java.util.regex.Pattern;
import java.util.zip.ZipFile;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

/** What comes with the archive so that it can be trusted and read: licences, SBOM, sums, pages. */
final class ReleaseIT {
  private static final Pattern LICENCE =
      Pattern.compile("\\(Apache-2\\.0\\) .*\\([^:()]+:([^:]+):(\\S+) - ");

  /** A link to another file; those into a page and to other sites are left out. */
  private static final Pattern LINK = Pattern.compile("\\]\\((?!https?:|#)([^)#\\s]+)[^)]*\\)");

  private final HubArchive archive = HubArchive.open(BuiltArchive.path());

  @Test
  void licencesAreCollectedForTheJarsOfLib() {
    assertThat(
            LICENCE
                .matcher(archive.text("doc/licenses/THIRD-PARTY.txt"))
                .results()
                .map(found -> found.group(1) + "-" + found.group(2) + ".jar"))
        .containsExactlyInAnyOrderElementsOf(libraries());
  }

  /** An offline build makes none; a published one has it. */
  @Test
  void sbomHasTheJarsOfLibWithTheirLicencesAndHashes() throws Exception {
    assumeTrue(
        archive.files().containsKey(archive.name() + "/" + sbom()) || System.getenv("CI") != null,
        "an offline build has no SBOM");

    Map<String, String> hashes = new TreeMap<>();
    for (JsonNode component : archive.json(sbom()).path("components")) {
      hashes.put(
          component.path("name").asText() + "-" + component.path("version").asText() + ".jar",
          sha256(component));
      assertThat(component.at("/licenses/0/license/id").asText()).isEqualTo("Apache-2.0");
    }
    assertThat(hashes.keySet()).isEqualTo(libraries());
    for (String jar : libraries()) {
      assertThat(hashes.get(jar)).as(jar).isEqualTo(sha256(archive.in("lib").get(jar)));
    }
  }

  @Test
  void sumsInTheArchiveAreThoseOfItsFilesAndSumsBesideItAreOfItself() throws Exception {
    Map<String, String> sums = new TreeMap<>();
    archive
        .text("SHA256SUMS")
        .lines()
        .forEach(
            line -> sums.put(archive.name() + "/" + line.substring(66), line.substring(0, 64)));
    Set<String> files = new TreeSet<>(archive.files().keySet());
    files.removeAll(Set.of(archive.name() + "/SHA256SUMS", archive.name() + "/" + sbom()));

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
  @Test
  void everythingHasTheTimeOfTheRelease() throws IOException {
    LocalDate released =
        LocalDate.parse(archive.json("manifest.json").path("release_date").asText());

    try (ZipFile zip = new ZipFile(archive.file().toFile())) {
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

  @Test
  void noLinkOfItsPagesIsDead() {
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

  private String sbom() {
    return "doc/" + archive.name() + ".cdx.json";
  }

  private Set<String> libraries() {
    Set<String> others = new TreeSet<>(archive.in("lib").keySet());
    others.removeIf(jar -> jar.startsWith("kafka-connect-connectwise-"));
    return others;
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
