import { readFileSync } from "node:fs";
import { join } from "node:path";

const read = (...path: string[]) =>
    JSON.parse(readFileSync(join(__dirname, "..", "..", "..", ...path, "package.json"), "utf8"));

test("the package and its pack have the version of slipway, and support the same versions of Pulumi", () => {
    const [slipway, policy, pack] = [read(), read("packages", "policy"), read("packages", "policy", "pack")];
    expect([policy.version, pack.version]).toEqual([slipway.version, slipway.version]);
    expect(policy.dependencies["@pulumi/pulumi"]).toBe(slipway.peerDependencies["@pulumi/pulumi"]);
    expect(policy.engines).toEqual(slipway.engines);
});

test("programs without TypeScript, without slipway and without @pulumi/gcp can use it", () => {
    const { dependencies, peerDependencies } = read("packages", "policy");
    expect(Object.keys({ ...dependencies, ...peerDependencies })).toEqual(["@pulumi/policy", "@pulumi/pulumi"]);
});

test("the pages' pack has the versions of the package", () => {
    const { dependencies } = read("docs", "examples", "policy");
    const { version, dependencies: own } = read("packages", "policy");
    expect(dependencies).toMatchObject({
        "@pulumi/policy": own["@pulumi/policy"],
        "slipway-policy": `^${version}`,
    });
});
