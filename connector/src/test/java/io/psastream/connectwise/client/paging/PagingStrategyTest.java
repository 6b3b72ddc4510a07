package io.psastream.connectwise.client.paging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The words of the strategies, which configurations use, and what their positions are. */
class PagingStrategyTest {

  @Test
  void keepsTheWordsOfStoredConfigurations() {
    assertThat(PagingStrategy.words()).containsExactly("keyset", "forward-only", "page");
  }

  @ParameterizedTest
  @EnumSource
  void isFoundByItsWord(PagingStrategy strategy) {
    assertThat(PagingStrategy.of(strategy.word())).isEqualTo(strategy);
  }

  @Test
  void refusesAnotherWord() {
    assertThatThrownBy(() -> PagingStrategy.of("offset"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "\"offset\" is not a paging strategy; expected one of [keyset, forward-only, page]");
  }

  @ParameterizedTest
  @EnumSource(names = "PAGE", mode = EnumSource.Mode.EXCLUDE)
  void positionsAreIds(PagingStrategy strategy) {
    assertThat(strategy.byId()).isTrue();
  }

  @Test
  void positionsOfPageNumbersCountItems() {
    assertThat(PagingStrategy.PAGE.byId()).isFalse();
  }

  @Test
  void theDefaultSuitsTheItems() {
    assertThat(PagingStrategy.defaultFor(true)).isEqualTo(PagingStrategy.KEYSET);
    assertThat(PagingStrategy.defaultFor(false).byId()).isFalse();
  }
}
