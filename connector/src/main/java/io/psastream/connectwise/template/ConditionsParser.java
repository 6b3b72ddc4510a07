package io.psastream.connectwise.template;

import io.psastream.connectwise.template.Conditions.Enclosed;
import io.psastream.connectwise.template.Conditions.Means;
import io.psastream.connectwise.template.Conditions.Piece;
import io.psastream.connectwise.template.Conditions.Raw;
import io.psastream.connectwise.template.Template.Expression;
import io.psastream.connectwise.template.Template.Literal;
import io.psastream.connectwise.template.Template.Part;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** Tells what stands between quotes and what outside. */
final class ConditionsParser {

  private static final Pattern BEFORE_PATTERN = Pattern.compile("(?is).*\\blike\\s*");
  private static final Pattern BEFORE_CONTAINED = Pattern.compile("(?is).*\\bcontains\\s*");

  private final List<Piece> pieces;
  private final StringBuilder literal = new StringBuilder();
  private final StringBuilder outside = new StringBuilder();
  private List<Part> enclosed = new ArrayList<>();
  private char opening;

  ConditionsParser(List<Piece> pieces) {
    this.pieces = pieces;
  }

  void character(char c) {
    if (opening == 0) {
      if (c == '"' || c == '\'' || c == '[') {
        flush();
        opening = c;
      } else {
        literal.append(c);
        outside.append(c);
      }
    } else if (c == (opening == '[' ? ']' : opening)) {
      flush();
      pieces.add(new Enclosed(opening, means(), enclosed));
      enclosed = new ArrayList<>();
      opening = 0;
      outside.setLength(0);
    } else {
      literal.append(c);
    }
  }

  private Means means() {
    if (opening == '[') {
      return Means.TIME;
    }
    String before = outside.toString().toLowerCase(Locale.ROOT);
    return BEFORE_PATTERN.matcher(before).matches()
        ? Means.PATTERN
        : BEFORE_CONTAINED.matcher(before).matches() ? Means.CONTAINED : Means.EXACTLY;
  }

  void expression(Expression expression) {
    flush();
    add(expression);
    outside.append(opening == 0 ? "0" : "");
  }

  void end() {
    if (opening != 0) {
      throw new IllegalArgumentException("the " + opening + " is not closed");
    }
    flush();
  }

  private void flush() {
    if (!literal.isEmpty()) {
      add(new Literal(literal.toString()));
      literal.setLength(0);
    }
  }

  private void add(Part part) {
    if (opening == 0) {
      pieces.add(new Raw(part));
    } else {
      enclosed.add(part);
    }
  }
}
