// What is a machine of this type like? Processors and memory by the rules that AWS's names follow; a type whose family has its own rule
// may be another one in truth. https://docs.aws.amazon.com/ec2/latest/instancetypes/instance-type-names.html

export interface InstanceTypeFacts {
  readonly instanceType: string;
  readonly architecture: "x86_64" | "arm64";
  readonly virtualCpus: number;
  readonly memoryMebibytes: number;
  readonly isBurstable: boolean;
  readonly isBareMetal: boolean;
  readonly isXen: boolean;
}

/** Graviton types have a `g` after the generation (t4g, c7gn, im4gn); a1 came before that rule. */
export const architectureOf = (instanceType: string) => (/^([a-z]+\d+g|a1\.)/.test(instanceType) ? "arm64" : "x86_64");

/** GiB of memory a processor, by the letters of the family. */
const GIBIBYTES_A_CPU: Readonly<Record<string, number>> = { c: 2, m: 4, r: 8, x: 16, u: 24, z: 8, i: 8, d: 8, hpc: 4 };
const BURSTABLE_GIBIBYTES: Readonly<Record<string, number>> = {
  ...{ nano: 0.5, micro: 1, small: 2, medium: 4, large: 8, xlarge: 16, "2xlarge": 32 },
};
const SMALL_CPUS: Readonly<Record<string, number>> = { nano: 1, micro: 1, small: 1, medium: 1, large: 2, xlarge: 4 };
const METAL_CPUS = 96;

export function instanceTypeFacts(instanceType: string): InstanceTypeFacts {
  const [family = "", size = ""] = instanceType.split(".");
  const letters = /^[a-z]+/.exec(family)?.[0] ?? "";
  const isBurstable = letters === "t";
  const virtualCpus = cpusOf(family, size, isBurstable);
  const gibibytes = (isBurstable && BURSTABLE_GIBIBYTES[size]) || virtualCpus * (GIBIBYTES_A_CPU[letters] ?? 4);
  return {
    instanceType,
    architecture: architectureOf(instanceType),
    virtualCpus,
    memoryMebibytes: gibibytes * 1024,
    isBurstable,
    isBareMetal: size.startsWith("metal"),
    isXen: /^(t[12]|m[1-4]|c[134]|r3|i2|d2|g2|hs1|cr1|cc2)$/.test(family),
  };
}

function cpusOf(family: string, size: string, isBurstable: boolean): number {
  const [, factor] = /^(?:metal-)?(\d+)xl(?:arge)?$/.exec(size) ?? [];
  if (factor !== undefined) return 4 * Number(factor);
  if (size === "metal") return METAL_CPUS;
  // T3 and later have two from the smallest on.
  if (isBurstable && !/^t[12]$/.test(family)) return Math.max(2, SMALL_CPUS[size] ?? 2);
  if (family === "t2" && size === "medium") return 2;
  return SMALL_CPUS[size] ?? 2;
}
