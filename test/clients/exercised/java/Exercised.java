// A service that calls AWS each second until SIGTERM, with the AWS SDK for Java v2; the word on its command line says how it comes by
// its keys. `good` leaves that to the SDK. The others fetch them over HTTP and sign with what they have, each with a mistake that is made
// in the field.

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.protocols.jsoncore.JsonNode;
import software.amazon.awssdk.retries.DefaultRetryStrategy;
import software.amazon.awssdk.services.sts.StsClient;

public class Exercised {
    static final Duration FIVE_MINUTES = Duration.ofMinutes(5);
    static final Duration TEN_MINUTES = Duration.ofMinutes(10);

    interface Work {
        void run() throws Exception;
    }

    /** One set, as the metadata service gave it. */
    record Keys(Instant expiration, StsClient client) {
        static Keys fetch(int version) throws IOException, InterruptedException {
            var none = Map.<String, String>of();
            var lifetime = Map.of("X-aws-ec2-metadata-token-ttl-seconds", "21600");
            var headers = version == 1 ? none : Map.of("X-aws-ec2-metadata-token", ask("PUT", "/latest/api/token", lifetime));
            var roles = "/latest/meta-data/iam/security-credentials/";
            var given = JsonNode.parser().parse(ask("GET", roles + ask("GET", roles, headers), headers)).asObject();
            var credentials = AwsSessionCredentials.create(
                given.get("AccessKeyId").text(), given.get("SecretAccessKey").text(), given.get("Token").text());
            var expiration = Instant.parse(given.get("Expiration").text());
            return new Keys(expiration, clientWith(Optional.of(StaticCredentialsProvider.create(credentials))));
        }

        static Keys fetch() throws IOException, InterruptedException {
            return fetch(2);
        }

        boolean expireWithin(Duration margin) {
            return expiration.minus(margin).isBefore(Instant.now());
        }
    }

    static final HttpClient HTTP = HttpClient.newHttpClient();

    static String ask(String method, String path, Map<String, String> headers) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(URI.create(System.getenv("AWS_EC2_METADATA_SERVICE_ENDPOINT") + path))
            .method(method, HttpRequest.BodyPublishers.noBody())
            .timeout(Duration.ofSeconds(5));
        headers.forEach(request::header);
        var answer = HTTP.send(request.build(), BodyHandlers.ofString());
        if (answer.statusCode() != 200) throw new IOException(path + ": " + answer.statusCode());
        return answer.body();
    }

    static StsClient clientWith(Optional<AwsCredentialsProvider> provider) {
        var builder = StsClient.builder()
            .overrideConfiguration(settings -> settings.retryStrategy(DefaultRetryStrategy.doNotRetry()));
        provider.ifPresent(builder::credentialsProvider);
        return builder.build();
    }

    static void eachSecond(Work work) throws InterruptedException {
        for (;;) {
            try {
                work.run();
            } catch (Exception problem) {
                System.err.println(problem);
            }
            Thread.sleep(1000);
        }
    }

    static void early(int version, Keys first) throws InterruptedException {
        var kept = new Keys[] {first};
        eachSecond(() -> {
            if (kept[0] == null || kept[0].expireWithin(TEN_MINUTES)) kept[0] = Keys.fetch(version);
            kept[0].client.getCallerIdentity();
        });
    }

    static Thread inBackground(Work work) {
        var thread = new Thread(() -> {
            try {
                work.run();
            } catch (Exception problem) {
                throw new IllegalStateException(problem);
            }
        });
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    static void good() throws InterruptedException {
        var client = clientWith(Optional.empty());
        eachSecond(client::getCallerIdentity);
    }

    /** https://github.com/durch/rust-s3/issues/163 */
    static void forever() throws IOException, InterruptedException {
        eachSecond(Keys.fetch().client::getCallerIdentity);
    }

    /** Whoever waits for the refusal has lost a call. */
    static void afterFailure() throws IOException, InterruptedException {
        var kept = new Keys[] {Keys.fetch()};
        eachSecond(() -> {
            try {
                kept[0].client.getCallerIdentity();
            } catch (SdkException refusal) {
                kept[0] = Keys.fetch();
                throw refusal;
            }
        });
    }

    /** Workers begin with the keys of whoever started them, and each asks for new ones itself, all at the same time. */
    static void stampede() throws IOException, InterruptedException {
        var first = Keys.fetch();
        for (int worker = 1; worker < 20; worker++) inBackground(() -> early(2, first));
        early(2, first);
    }

    /** A thread sleeps until it is time for new ones, but its margin of five minutes has the wrong sign. */
    static void timer() throws IOException, InterruptedException {
        var kept = new Keys[] {Keys.fetch()};
        inBackground(() -> {
            for (;;) {
                Thread.sleep(Duration.between(Instant.now(), kept[0].expiration.plus(FIVE_MINUTES)).toMillis());
                kept[0] = Keys.fetch();
            }
        });
        eachSecond(() -> kept[0].client.getCallerIdentity());
    }

    static final Map<String, Work> WORDS = Map.of(
        "good", Exercised::good,
        "forever", Exercised::forever,
        "after-failure", Exercised::afterFailure,
        "stampede", Exercised::stampede,
        "imdsv1", () -> early(1, null),
        "timer", Exercised::timer);

    public static void main(String[] words) throws Exception {
        // Of itself a JVM ends with 143.
        Runtime.getRuntime().addShutdownHook(new Thread(() -> Runtime.getRuntime().halt(0)));
        WORDS.get(words[0]).run();
    }
}
