# Kafka Connect with the plugin, from Apache Kafka's image; docs/install.md tells how to run it.
#
#   ./mvnw -q -DskipTests package
#   docker build -t connect-connectwise .

FROM busybox:1.37.0 AS plugin
COPY connector/target/psastream-kafka-connect-connectwise-*.zip /archive/
# One archive only: after a change of the version, run ./mvnw clean first.
RUN mkdir /plugins && unzip -q /archive/*.zip -d /plugins

FROM apache/kafka:4.3.1
COPY --from=plugin --chown=root:root /plugins /opt/connect-plugins
# The image's user: nothing here needs root.
USER appuser
EXPOSE 8083
ENTRYPOINT ["/opt/kafka/bin/connect-distributed.sh"]
CMD ["/opt/connect/worker.properties"]
