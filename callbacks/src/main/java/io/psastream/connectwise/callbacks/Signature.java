package io.psastream.connectwise.callbacks;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The value of {@code x-content-signature}: the base64 form of the HMAC-SHA256 of the raw body,
 * under the SHA-256 digest of the signing key (P32).
 */
record Signature(String header) {

  private static final String HMAC = "HmacSHA256";

  /** Whether the body was signed with this key; takes the same time wherever it differs. */
  boolean fits(byte[] body, String signingKey) {
    byte[] given;
    try {
      given = Base64.getDecoder().decode(header.strip());
    } catch (IllegalArgumentException e) {
      return false;
    }
    return MessageDigest.isEqual(of(body, signingKey), given);
  }

  private static byte[] of(byte[] body, String signingKey) {
    try {
      byte[] key = MessageDigest.getInstance("SHA-256").digest(signingKey.getBytes(UTF_8));
      Mac mac = Mac.getInstance(HMAC);
      mac.init(new SecretKeySpec(key, HMAC));
      return mac.doFinal(body);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e); // every JVM has both
    }
  }
}
