// Asks one URL with what Java has of its own, and prints the status: whom it trusts, its own trust store says.

import java.net.HttpURLConnection;
import java.net.URI;

public class Ask {
    public static void main(String[] words) throws Exception {
        var connection = (HttpURLConnection) URI.create(words[0]).toURL().openConnection();
        System.out.println(connection.getResponseCode());
    }
}
