package io.psastream.connectwise.client;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/** Keys with certificates that they signed themselves, made by the JDK's keytool. */
public final class Certificates {

  public static final String PASSWORD = "password";

  private Certificates() {}

  /** A store with one key, and how others see it. */
  public record Certificate(Path file, KeyStore store) {

    /** A context that shows this certificate and trusts another, or the same. */
    public SSLContext context(Certificate trusted) throws GeneralSecurityException {
      KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
      keys.init(store, PASSWORD.toCharArray());
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keys.getKeyManagers(), trusted.trusts().getTrustManagers(), null);
      return context;
    }

    public X509TrustManager trust() throws GeneralSecurityException {
      return (X509TrustManager) trusts().getTrustManagers()[0];
    }

    private TrustManagerFactory trusts() throws GeneralSecurityException {
      TrustManagerFactory trusts = TrustManagerFactory.getInstance("PKIX");
      trusts.init(store);
      return trusts;
    }

    public String pemKey() throws GeneralSecurityException {
      return pem("PRIVATE KEY", store.getKey("test", PASSWORD.toCharArray()).getEncoded());
    }

    public String pemCertificate() throws GeneralSecurityException {
      return pem("CERTIFICATE", store.getCertificate("test").getEncoded());
    }

    private static String pem(String what, byte[] bytes) {
      return "-----BEGIN %s-----\n%s\n-----END %s-----"
          .formatted(what, Base64.getMimeEncoder().encodeToString(bytes), what);
    }
  }

  /**
   * Makes a certificate for a host, such as {@code dns:elsewhere}, with more options of keytool.
   */
  public static Certificate create(Path folder, String host, String... options) throws Exception {
    Path file = Files.createTempFile(folder, "store", ".p12");
    Files.delete(file);
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(List.of("-genkeypair", "-alias", "test", "-keyalg", "EC", "-dname", "CN=test"));
    command.addAll(List.of("-ext", "san=" + host, "-storetype", "PKCS12"));
    command.addAll(List.of("-storepass", PASSWORD, "-keystore", file.toString()));
    command.addAll(List.of(options));
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("keytool.txt").toFile())
            .start();
    if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
      throw new IOException(Files.readString(folder.resolve("keytool.txt")));
    }
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(file)) {
      store.load(in, PASSWORD.toCharArray());
    }
    // A trust store has certificates without keys.
    store.setCertificateEntry("trusted", store.getCertificate("test"));
    return new Certificate(file, store);
  }
}
