// A service on the AWS SDK for Java v1, which reads no AWS_ENDPOINT_URL.
import com.amazonaws.client.builder.AwsClientBuilder.EndpointConfiguration;
import com.amazonaws.services.securitytoken.AWSSecurityTokenService;
import com.amazonaws.services.securitytoken.AWSSecurityTokenServiceClientBuilder;
import com.amazonaws.services.securitytoken.model.GetCallerIdentityRequest;

final class JavaV1 {
  public static void main(String[] arguments) {
    EndpointConfiguration aws =
        new EndpointConfiguration(System.getenv("AWS_ENDPOINT_URL"), System.getenv("AWS_REGION"));
    AWSSecurityTokenService sts =
        AWSSecurityTokenServiceClientBuilder.standard().withEndpointConfiguration(aws).build();
    Loop.forever(() -> sts.getCallerIdentity(new GetCallerIdentityRequest()));
  }
}
