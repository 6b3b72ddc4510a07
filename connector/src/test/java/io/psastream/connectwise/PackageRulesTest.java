package io.psastream.connectwise;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaConstructorCall;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;

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

  /** Of slf4j what its version 1 has as well, which workers bring: hence no org.slf4j.event. */
  private static final String[] EVERYWHERE = {"java..", "javax..", "org.slf4j", OURS + "catalog.."};

  private static final String JACKSON = "com.fasterxml.jackson..";
  private static final String CONFIG_TYPES = "org.apache.kafka.common..";
  private static final String CONNECT = "org.apache.kafka.connect..";

  @ArchTest
  static final ArchRule clientKnowsNoKafka =
      only(
          "client",
          OURS + "metrics..",
          JACKSON,
          "okhttp3..",
          "okio..",
          "kotlin..",
          "org.jetbrains..");

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

  /** It runs with no more of a worker's libraries than bin/connect-api.bundle has. */
  @ArchTest
  static final ArchRule commandBuildsOnBothConnectors =
      only(
          "command",
          OURS + "client..",
          OURS + "data..",
          OURS + "sink..",
          OURS + "source..",
          OURS + "template..",
          JACKSON,
          CONFIG_TYPES,
          CONNECT,
          "picocli..");

  @ArchTest
  static final ArchRule sourceBuildsOnTheOthers =
      only(
          "source",
          OURS + "client..",
          OURS + "config..",
          OURS + "data..",
          OURS + "metrics..",
          OURS + "template..",
          JACKSON,
          CONFIG_TYPES,
          "org.apache.kafka.clients.consumer..",
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
          OURS + "metrics..",
          OURS + "template..",
          JACKSON,
          CONFIG_TYPES,
          "org.apache.kafka.clients.consumer..",
          "org.apache.kafka.clients.producer..",
          CONNECT);

  /** The stored form of offsets can be read without knowing how a list is. */
  @ArchTest
  static final ArchRule offsetsArePure =
      only("source.offset", OURS + "config..", OURS + "source.config..", "org.roaringbitmap..");

  @ArchTest static final ArchRule templatesArePure = only("template");

  /** What bodies and records say is decided without sending anything. */
  @ArchTest
  static final ArchRule mappingSendsNothing =
      noClasses()
          .that()
          .resideInAnyPackage(OURS + "sink.mapping..", OURS + "sink.body..")
          .should()
          .dependOnClassesThat()
          .haveFullyQualifiedName(OURS + "client.ConnectWiseClient");

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

  /** Else what they log does not say of which connector and task it is. */
  @ArchTest
  static final ArchRule threadsLogAsTheirTaskDoes =
      noClasses()
          .that()
          .doNotHaveSimpleName("TaskThreads")
          .should()
          .callCodeUnitWhere(describe("make threads by themselves", it -> makesThreads(it)));

  private static boolean makesThreads(JavaCall<?> call) {
    JavaClass owner = call.getTargetOwner();
    boolean constructor = call instanceof JavaConstructorCall;
    boolean given =
        call.getTarget().getRawParameterTypes().stream()
            .anyMatch(
                it -> it.isEquivalentTo(ThreadFactory.class) || it.isEquivalentTo(Executor.class));
    return (constructor && owner.isAssignableTo(Thread.class))
        || (!given && constructor && owner.isAssignableTo(ExecutorService.class))
        || (!given && owner.isEquivalentTo(Executors.class))
        || (!given
            && owner.isEquivalentTo(CompletableFuture.class)
            && call.getName().endsWith("Async"));
  }

  @ArchTest
  static final ArchRule staticsDoNotChange =
      noFields().that().areStatic().should().notBeFinal().allowEmptyShould(true);

  /** Who reads a name, or searches for it, is led to one class. */
  @ArchTest
  static void oneSimpleNameNamesOneClass(JavaClasses classes) {
    Map<String, List<String>> byName =
        classes.stream()
            .filter(it -> it.getPackageName().startsWith(OURS) && !it.isAnonymousClass())
            .filter(it -> !it.getSimpleName().equals("package-info"))
            .filter(it -> !it.getPackageName().startsWith(OURS + "catalog"))
            .collect(groupingBy(JavaClass::getSimpleName, mapping(JavaClass::getName, toList())));

    byName.values().removeIf(names -> names.size() == 1);
    assertThat(byName).as("classes that share a simple name").isEmpty();
  }

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
