package io.psastream.connectwise.client;

import java.util.Optional;

/** The version of this plugin, as its jar's manifest has it. */
public final class Version {

  public static final String CURRENT =
      Optional.ofNullable(Version.class.getPackage().getImplementationVersion())
          .orElse("development");

  private Version() {}
}
