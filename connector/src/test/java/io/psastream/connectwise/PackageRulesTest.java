package io.psastream.connectwise;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The package table of docs/architecture.md, enforced. */
@AnalyzeClasses(
    packages = "io.psastream.connectwise",
    importOptions = {DoNotIncludeTests.class, PackageRulesTest.WithoutSimulator.class})
class PackageRulesTest {

  /** The simulator is on the class path of the tests only, and has rules of its own. */
  static final class WithoutSimulator implements ImportOption {

    @Override
    public boolean includes(Location location) {
      return !location.contains("/simulator/");
    }
  }

  private static final String OURS = "io.psastream.connectwise.";
  private static final String[] EVERYWHERE = {
    "java..", "javax..", "org.slf4j..", OURS + "catalog.."
  };
  private static final String JACKSON = "com.fasterxml.jackson..";
  private static final String CONFIG_TYPES = "org.apache.kafka.common..";
  private static final String CONNECT = "org.apache.kafka.connect..";

  @ArchTest
  static final ArchRule clientKnowsNoKafka =
      only("client", JACKSON, "okhttp3..", "okio..", "kotlin..", "org.jetbrains..");

  /** The lowest one, so that every part can count. */
  @ArchTest
  static final ArchRule metricsKnowKafkaMetricsOnly =
      only("metrics", "org.apache.kafka.common", "org.apache.kafka.common.metrics..");

  @ArchTest
  static final ArchRule configKnowsKafkaConfigTypesOnly =
      only("config", OURS + "client..", JACKSON, CONFIG_TYPES);

  @ArchTest
  static final ArchRule dataKnowsConnectDataTypesOnly =
      only(
          "data",
          OURS + "client..",
          JACKSON,
          "org.apache.kafka.connect.data..",
          "org.apache.kafka.connect.errors..");

  /** It runs without a worker's libraries. */
  @ArchTest
  static final ArchRule commandKnowsTheCatalogueOnly = only("command", JACKSON, "picocli..");

  @ArchTest
  static final ArchRule sourceBuildsOnTheOthers =
      only(
          "source",
          OURS + "client..",
          OURS + "config..",
          OURS + "data..",
          OURS + "metrics..",
          CONFIG_TYPES,
          "org.apache.kafka.clients.producer..",
          CONNECT,
          "com.cronutils..",
          "org.roaringbitmap..");

  @ArchTest
  static final ArchRule sinkBuildsOnTheOthers =
      only(
          "sink",
          OURS + "client..",
          OURS + "config..",
          OURS + "data..",
          JACKSON,
          CONFIG_TYPES,
          "org.apache.kafka.clients.consumer..",
          "org.apache.kafka.clients.producer..",
          CONNECT);

  @ArchTest
  static final ArchRule packagesFormNoCycle =
      slices().matching(OURS + "(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule roomsFormNoCycle =
      slices().matching(OURS + "(**)").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule nothingSleeps =
      noClasses()
          .that()
          .resideOutsideOfPackage(OURS + "simulator..") // latency is what it simulates
          .should()
          .callMethod(Thread.class, "sleep", long.class);

  @ArchTest
  static final ArchRule staticsDoNotChange =
      noFields().that().areStatic().should().notBeFinal().allowEmptyShould(true);

  private static ArchRule only(String ours, String... allowed) {
    String[] all = new String[EVERYWHERE.length + allowed.length + 1];
    System.arraycopy(EVERYWHERE, 0, all, 0, EVERYWHERE.length);
    System.arraycopy(allowed, 0, all, EVERYWHERE.length, allowed.length);
    all[all.length - 1] = OURS + ours + "..";
    return classes()
        .that()
        .resideInAPackage(OURS + ours + "..")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(all);
  }
}
