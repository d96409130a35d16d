// A service on the AWS SDK for Java v2 with its default configuration.
import software.amazon.awssdk.services.sts.StsClient;

final class JavaV2 {
  public static void main(String[] arguments) {
    StsClient sts = StsClient.create();
    Loop.forever(sts::getCallerIdentity);
  }
}
