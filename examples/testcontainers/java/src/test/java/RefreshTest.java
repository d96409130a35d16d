// Does a Java program get new credentials from its instance's role, in real time? Mayfly serves lives as short as the SDK needs them.

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Instant;
import java.util.HashSet;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.images.builder.Transferable;
import org.testcontainers.junit.jupiter.Container;
import org.testcontainers.junit.jupiter.Testcontainers;
import org.testcontainers.utility.DockerImageName;
import software.amazon.awssdk.auth.credentials.InstanceProfileCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.sts.StsClient;

@Testcontainers
class RefreshTest {
    static final String CONTROL_TOKEN = "known-to-this-test-alone";

    // #region java
    // One instance with a role. New credentials come every second, and live for four: this SDK asks again a second before they expire.
    static final String CONFIGURATION = """
        rotation: { refreshing: aws-sdk-java-v2 }
        roles: { app: { trust: ec2.amazonaws.com } }
        instances: { demo: { instanceProfile: app } }
        """;

    static final String IMAGE = Optional.ofNullable(System.getenv("MAYFLY_IMAGE")).orElse("mayfly");

    @Container
    static final GenericContainer<?> MAYFLY = new GenericContainer<>(DockerImageName.parse(IMAGE))
        .withExposedPorts(80, 4566, 1339)
        .withEnv("MAYFLY_CONTROL", "0.0.0.0:1339")
        .withEnv("MAYFLY_CONTROL_TOKEN", CONTROL_TOKEN)
        .withCopyToContainer(Transferable.of(CONFIGURATION), "/etc/mayfly.yaml")
        .waitingFor(Wait.forHttp("/ready").forPort(1339));
    // #endregion

    static String url(int port) {
        return "http://" + MAYFLY.getHost() + ":" + MAYFLY.getMappedPort(port);
    }

    @Test
    void goesOnWithNewCredentials() throws Exception {
        var credentials = InstanceProfileCredentialsProvider.builder().endpoint(url(80)).build();
        var sts = StsClient.builder()
            .endpointOverride(URI.create(url(4566)))
            .region(Region.US_EAST_1)
            .credentialsProvider(credentials)
            .build();

        var keys = new HashSet<String>();
        for (var end = Instant.now().plusSeconds(20); keys.size() < 3 && Instant.now().isBefore(end); Thread.sleep(200)) {
            sts.getCallerIdentity();
            keys.add(credentials.resolveCredentials().accessKeyId());
        }
        assertEquals(3, keys.size(), "sets of keys that the program has used");

        var verdict = control("/requests/expect", """
            {"query": {"errorCode": "ExpiredToken"}, "none": true}""");
        assertTrue(verdict.contains("\"passed\":true"), verdict);
    }

    /** What the control API answers. */
    static String control(String path, String body) throws Exception {
        var request = HttpRequest.newBuilder(URI.create(url(1339) + path))
            .header("Authorization", "Bearer " + CONTROL_TOKEN)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
        return HttpClient.newHttpClient().send(request, BodyHandlers.ofString()).body();
    }
}
