// What does node:http cost alone? Answers every request with one fixed reply, which comes as JSON in the first argument.
import { createServer } from "node:http";

const { port, status, statusText, rawHeaders, body } = JSON.parse(process.argv[2] ?? "");
const bytes = Buffer.from(body, "base64");
const saysConnection = rawHeaders.some((name) => name.toLowerCase() === "connection");

createServer((_request, response) => {
  response.sendDate = false;
  // The reply's own headers and no others.
  if (!saysConnection) response.removeHeader("connection");
  response.writeHead(status, statusText, rawHeaders);
  response.end(bytes);
}).listen(port, "127.0.0.1");
