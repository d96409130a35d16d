// The AWS SDK for Java v2 makes any call of STS, IAM, EC2 and S3, found by its name. It reads one JSON line each,
// {"task": "iam.CreateUser", "arguments": [members]}, and answers with one: {"value": …}, or {"error": {"code", "status", "message"}} in
// AWS's words. Instants are in ISO 8601, bytes and bodies in base64.

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.ResponseBytes;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.core.sync.ResponseTransformer;
import software.amazon.awssdk.core.traits.ListTrait;
import software.amazon.awssdk.core.traits.MapTrait;
import software.amazon.awssdk.core.util.SdkAutoConstructList;
import software.amazon.awssdk.core.util.SdkAutoConstructMap;
import software.amazon.awssdk.protocols.jsoncore.JsonNode;
import software.amazon.awssdk.protocols.jsoncore.JsonWriter;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.iam.IamClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.sts.StsClient;
import software.amazon.awssdk.utils.builder.Buildable;

public class Asker {
    /** Clients by service, each with the interface that has its operations. */
    record Service(Class<?> type, Object client) {}

    static final Map<String, Service> SERVICES = Map.of(
        "sts", new Service(StsClient.class, StsClient.create()),
        "iam", new Service(IamClient.class, IamClient.builder().region(Region.AWS_GLOBAL).build()),
        "ec2", new Service(Ec2Client.class, Ec2Client.create()),
        "s3", new Service(S3Client.class, S3Client.create()));

    public static void main(String[] words) throws Exception {
        var lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        var answers = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        for (String line; (line = lines.readLine()) != null; ) {
            var asked = JsonNode.parser().parse(line).asObject();
            var task = asked.get("task").asString().split("\\.");
            var members = asked.get("arguments").asArray().get(0).asObject();
            var json = JsonWriter.create();
            write(json, answer(SERVICES.get(task[0]), task[1], members));
            answers.println(new String(json.getBytes(), StandardCharsets.UTF_8));
        }
    }

    static Map<String, ?> answer(Service service, String operation, Map<String, JsonNode> members) throws Exception {
        try {
            return Map.of("value", call(service, operation, members));
        } catch (InvocationTargetException wrapped) {
            if (wrapped.getCause() instanceof AwsServiceException refusal) {
                var details = refusal.awsErrorDetails();
                var code = details.errorCode();
                return failure(code == null ? "" : code, refusal.statusCode(), String.valueOf(details.errorMessage()));
            }
            return failure("", 0, String.valueOf(wrapped.getCause()));
        }
    }

    static Map<String, ?> failure(String code, int status, String message) {
        return Map.of("error", Map.of("code", code, "status", status, "message", message));
    }

    static Map<String, Object> call(Service service, String operation, Map<String, JsonNode> members) throws Exception {
        var method = methodOf(service.type(), operation);
        var builder = (SdkPojo) method.getParameterTypes()[0].getMethod("builder").invoke(null);
        var request = fill(builder, members);
        if (method.getParameterCount() == 1) return members((SdkPojo) method.invoke(service.client(), request));
        if (method.getParameterTypes()[1] == RequestBody.class) {
            var body = RequestBody.fromString(members.get("Body").asString());
            return members((SdkPojo) method.invoke(service.client(), request, body));
        }
        var whole = (ResponseBytes<?>) method.invoke(service.client(), request, ResponseTransformer.toBytes());
        var found = members((SdkPojo) whole.response());
        found.put("Body", SdkBytes.fromByteArray(whole.asByteArray()));
        return found;
    }

    /** The one that takes a request, and a body or what becomes of one where there is such. */
    static Method methodOf(Class<?> type, String operation) {
        var last = List.of(RequestBody.class, ResponseTransformer.class);
        return Arrays.stream(type.getMethods())
            .filter(method -> method.getName().equalsIgnoreCase(operation))
            .filter(method -> method.getParameterCount() > 0 && SdkRequest.class.isAssignableFrom(method.getParameterTypes()[0]))
            .filter(method -> method.getParameterCount() == 1 || last.contains(method.getParameterTypes()[1]))
            .max((one, other) -> one.getParameterCount() - other.getParameterCount())
            .orElseThrow();
    }

    static Object fill(SdkPojo builder, Map<String, JsonNode> members) {
        for (var field : builder.sdkFields()) {
            // Where a copy goes to has names of its own in this SDK.
            var name = field.memberName();
            var given = members.getOrDefault(name, members.get(name.replaceFirst("^Destination", "")));
            if (given != null) field.set(builder, typed(field, given));
        }
        return ((Buildable) builder).build();
    }

    static Object typed(SdkField<?> field, JsonNode given) {
        return switch (field.marshallingType().getTargetClass().getSimpleName()) {
            case "Integer" -> Integer.valueOf(given.asNumber());
            case "Long" -> Long.valueOf(given.asNumber());
            case "Boolean" -> given.asBoolean();
            case "Instant" -> Instant.parse(given.asString());
            case "List" -> {
                var item = field.getTrait(ListTrait.class).memberFieldInfo();
                yield given.asArray().stream().map(each -> typed(item, each)).collect(Collectors.toList());
            }
            case "Map" -> {
                var value = field.getTrait(MapTrait.class).valueFieldInfo();
                var found = new HashMap<String, Object>();
                given.asObject().forEach((name, each) -> found.put(name, typed(value, each)));
                yield found;
            }
            case "SdkPojo" -> fill(field.constructor().get(), given.asObject());
            default -> given.asString();
        };
    }

    /** What the SDK has parsed, without what it has not found. */
    static Map<String, Object> members(SdkPojo parsed) {
        var found = new LinkedHashMap<String, Object>();
        for (var field : parsed.sdkFields()) {
            var value = field.getValueOrDefault(parsed);
            var none = value == null || value instanceof SdkAutoConstructList || value instanceof SdkAutoConstructMap;
            if (!none) found.put(field.memberName(), value);
        }
        return found;
    }

    static void write(JsonWriter json, Object value) {
        if (value instanceof SdkPojo parsed) write(json, members(parsed));
        else if (value instanceof Map<?, ?> entries) {
            json.writeStartObject();
            entries.forEach((name, each) -> {
                json.writeFieldName((String) name);
                write(json, each);
            });
            json.writeEndObject();
        } else if (value instanceof List<?> items) {
            json.writeStartArray();
            items.forEach(each -> write(json, each));
            json.writeEndArray();
        } else if (value instanceof SdkBytes bytes) json.writeValue(bytes.asByteBuffer());
        else if (value instanceof Boolean yes) json.writeValue(yes);
        else if (value instanceof Integer number) json.writeValue(number);
        else if (value instanceof Long number) json.writeValue(number);
        else if (value instanceof Double number) json.writeValue(number);
        else if (value instanceof Float number) json.writeValue(number);
        else json.writeValue(value.toString());
    }
}
