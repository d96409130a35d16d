// Does the agent pass this token on to EKS Auth? It looks at its form and at its times, and says what is wrong in the words of
// golang-jwt; who signed it only EKS Auth judges.
// https://github.com/aws/eks-pod-identity-agent/blob/main/internal/validation/request.go
// https://github.com/golang-jwt/jwt/blob/v5.2.2/parser.go

/** What the agent answers with 400; undefined for a token that it passes on. */
export function tokenFormFault(token: string, at: number): string | undefined {
  if (token === "") return "Service account token cannot be empty";
  const read = parse(token);
  if (typeof read === "string") return `Service account token cannot be parsed: ${read}`;
  const seconds = at / 1000;
  const faults = [
    ...(read.exp !== undefined && seconds >= read.exp ? ["token is expired"] : []),
    ...(read.nbf !== undefined && seconds < read.nbf ? ["token is not valid yet"] : []),
  ];
  if (faults.length === 0) return undefined;
  return `Service account token failed basic claim validations: ${faults.join(", ")}`;
}

interface Times {
  readonly exp: number | undefined;
  readonly nbf: number | undefined;
}

const ALGORITHMS = /^((HS|RS|PS|ES)(256|384|512)|EdDSA|none)$/;

function parse(token: string): Times | string {
  const parts = token.split(".");
  if (parts.length !== 3) return malformed("token contains an invalid number of segments");
  const header = decode(parts[0] as string, "header", "map[string]interface {}");
  if (typeof header === "string") return header;
  const claims = decode(parts[1] as string, "claim", "jwt.RegisteredClaims");
  if (typeof claims === "string") return claims;
  const fault = claimFault(claims);
  if (fault !== undefined) return malformed(`could not JSON decode claim: ${fault}`);
  const { alg } = header;
  if (typeof alg !== "string") return "token is unverifiable: signing method (alg) is unspecified";
  if (!ALGORITHMS.test(alg)) return "token is unverifiable: signing method (alg) is unavailable";
  return { exp: secondsOf(claims.exp), nbf: secondsOf(claims.nbf) };
}

const malformed = (detail: string) => `token is malformed: ${detail}`;

type Members = Readonly<Record<string, unknown>>;

/** The members of a part; `null` has none. */
function decode(part: string, name: string, goType: string): Members | string {
  const wrong = part.search(/[^A-Za-z0-9_-]/);
  // One character alone holds no byte.
  const at = wrong >= 0 ? wrong : part.length % 4 === 1 ? part.length - 1 : -1;
  if (at >= 0) return malformed(`could not base64 decode ${name}: illegal base64 data at input byte ${at}`);
  const bytes = Buffer.from(part, "base64url");
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString());
  } catch {
    return malformed(`could not JSON decode ${name}: ${jsonFault(bytes.toString("latin1"))}`);
  }
  if (value === null) return {};
  if (kindOf(value) === "object") return value as Members;
  return malformed(
    `could not JSON decode ${name}: json: cannot unmarshal ${kindOf(value)} into Go value of type ${goType}`,
  );
}

/** Go's words for bytes that are no JSON from the first one on, or too few; what is wrong further on is told as the latter. */
function jsonFault(latin1: string): string {
  const [first] = latin1.trimStart();
  if (first === undefined || /[[{"\dtfn-]/.test(first)) return "unexpected end of JSON input";
  return `invalid character '${first}' looking for beginning of value`;
}

const GO_KINDS: Readonly<Record<string, string>> = { boolean: "bool" };

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return "array";
  return GO_KINDS[typeof value] ?? typeof value;
}

const isTime = (value: unknown) => value === undefined || value === null || Number.isFinite(secondsOf(value));
/** A number may stand in quotes. */
const secondsOf = (value: unknown): number | undefined =>
  typeof value === "number" || (typeof value === "string" && value !== "") ? Math.floor(Number(value)) : undefined;

/** The first claim that does not fit what golang-jwt expects. */
function claimFault(claims: Members): string | undefined {
  for (const value of [claims.exp, claims.nbf, claims.iat]) {
    if (isTime(value)) continue;
    const fault =
      typeof value === "string"
        ? `invalid number literal, trying to unmarshal ${JSON.stringify(JSON.stringify(value))} into Number`
        : `cannot unmarshal ${kindOf(value)} into Go value of type json.Number`;
    return `could not parse NumericData: json: ${fault}`;
  }
  const audiences = [claims.aud ?? []].flat();
  if (audiences.some((audience) => typeof audience !== "string")) return "invalid type for claim";
  const name = ["iss", "sub", "jti"].find((each) => !["undefined", "string"].includes(typeof (claims[each] ?? "")));
  if (name === undefined) return undefined;
  return `json: cannot unmarshal ${kindOf(claims[name])} into Go struct field RegisteredClaims.${name} of type string`;
}
