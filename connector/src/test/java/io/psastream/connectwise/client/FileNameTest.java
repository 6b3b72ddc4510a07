package io.psastream.connectwise.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which name is found in a Content-Disposition, and what is left of it. */
class FileNameTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "attachment; filename=plain.pdf | plain.pdf",
        "attachment; filename=\"two words; and more.pdf\" | two words; and more.pdf",
        "attachment; filename=\"say \\\"hi\\\".txt\" | say \"hi\".txt",
        "attachment;FileName = \"A.PDF\" ; size=12 | A.PDF",
        "inline; filename=\"a.pdf\"; filename*=UTF-8''na%C3%AFve%20plan.pdf | naïve plan.pdf",
        "attachment; filename*=utf-8'de'%E2%82%AC.pdf; filename=\"EUR.pdf\" | €.pdf",
        "attachment; filename*=ISO-8859-1''caf%E9.txt | café.txt",
        "attachment; filename*=UTF-8''broken%2; filename=whole.txt | whole.txt",
        "attachment; filename*=KOI8-R''%C1; filename=whole.txt | whole.txt",
        "attachment; filename=\"=?utf-8?B?UsOpc3Vtw6kucGRm?=\" | Résumé.pdf",
        "attachment; filename=\"Résumé.pdf\" | Résumé.pdf",
        "attachment; filename=\"C:\\Users\\me\\report.xls\" | report.xls",
        "attachment; filename=\"../../etc/passwd\" | passwd",
        "attachment; filename*=UTF-8''..%2F..%2Fetc%2Fshadow | shadow",
      })
  void findsTheNameWithoutItsFolders(String header, String name) {
    assertThat(FileName.of(header)).contains(name);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "attachment",
        "attachment; filename=",
        "attachment; filename=\"\"",
        "attachment; filename=\"..\"",
        "attachment; filename=\"folder/\"",
        "attachment; name=x.pdf",
        "",
      })
  void findsNoneWhereThereIsNone(String header) {
    assertThat(FileName.of(header)).isEmpty();
  }

  @Test
  void dropsWhatCannotBeSeenAndCutsWhatNoFileSystemTakes() {
    assertThat(FileName.of("attachment; filename=\"a\u0007b\u202Egnp.exe\"")).contains("abgnp.exe");
    assertThat(FileName.of("attachment; filename=\"" + "x".repeat(400) + ".pdf\"").orElseThrow())
        .hasSize(255)
        .endsWith("x.pdf");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "attachment; filename=\"%s\"",
        "attachment; filename=\"%s",
        "attachment; filename=%s",
        "attachment; filename*=UTF-8''%s",
        "attachment; filename=\"=?utf-8?B?%s?=\"",
        "%s; filename=x",
      })
  void readsNamesOfAnyLength(String header) {
    for (String part : List.of("x", "%41", "\\\"", "\\", "\"", ";", "=", "%", "/")) {
      assertThat(FileName.of(header.replace("%s", part.repeat(200_000))).orElse(""))
          .hasSizeLessThanOrEqualTo(255);
    }
  }

  @Test
  void hasNoHeaderToLookInto() {
    assertThat(FileName.of(null)).isEmpty();
  }
}
