package io.psastream.connectwise.simulator.query;

import java.util.ArrayList;
import java.util.List;

/**
 * Splits a condition into tokens. Quotes of both kinds end at the next quote of the same kind; a
 * backslash is an ordinary character, since the API documents no escapes.
 */
final class Lexer {

  /** The kinds of tokens. */
  enum Kind {
    WORD,
    TEXT,
    NUMBER,
    DATETIME,
    OPERATOR,
    OPEN,
    CLOSE,
    COMMA,
    END
  }

  /** A token and where it begins. */
  record Token(Kind kind, String text, int at) {
    boolean is(String word) {
      return kind == Kind.WORD && text.equalsIgnoreCase(word);
    }
  }

  private final String input;
  private int at;

  private Lexer(String input) {
    this.input = input;
  }

  /** The tokens of this text, with an END after the last. */
  static List<Token> tokens(String input) {
    Lexer lexer = new Lexer(input);
    List<Token> tokens = new ArrayList<>();
    do {
      tokens.add(lexer.next());
    } while (tokens.get(tokens.size() - 1).kind() != Kind.END);
    return tokens;
  }

  private Token next() {
    while (at < input.length() && Character.isWhitespace(input.charAt(at))) {
      at++;
    }
    if (at == input.length()) {
      return new Token(Kind.END, "", at);
    }
    char c = input.charAt(at);
    return switch (c) {
      case '(' -> single(Kind.OPEN);
      case ')' -> single(Kind.CLOSE);
      case ',' -> single(Kind.COMMA);
      case '"', '\'' -> enclosed(Kind.TEXT, c);
      case '[' -> enclosed(Kind.DATETIME, ']');
      case '=', '!', '<', '>' -> operator();
      default -> plain(c);
    };
  }

  private Token single(Kind kind) {
    return new Token(kind, input.substring(at, at + 1), at++);
  }

  private Token enclosed(Kind kind, char end) {
    int start = at;
    int close = input.indexOf(end, start + 1);
    if (close < 0) {
      throw error("Unterminated value", start);
    }
    at = close + 1;
    return new Token(kind, input.substring(start + 1, close), start);
  }

  private Token operator() {
    int start = at++;
    if (at < input.length() && input.charAt(at) == '=' && input.charAt(start) != '=') {
      at++;
    }
    String text = input.substring(start, at);
    if (text.equals("!")) {
      throw error("Unexpected '!'", start);
    }
    return new Token(Kind.OPERATOR, text, start);
  }

  private Token plain(char first) {
    int start = at;
    boolean number = Character.isDigit(first) || first == '-';
    if (!number && !wordPart(first)) {
      throw error("Unexpected '" + first + "'", start);
    }
    at++;
    while (at < input.length() && (wordPart(input.charAt(at)) || input.charAt(at) == '.')) {
      at++;
    }
    return new Token(number ? Kind.NUMBER : Kind.WORD, input.substring(start, at), start);
  }

  private static boolean wordPart(char c) {
    return Character.isLetterOrDigit(c) || c == '_' || c == '/';
  }

  static QueryException error(String what, int at) {
    return new QueryException("Syntax error: " + what + " at position " + (at + 1) + ".");
  }
}
