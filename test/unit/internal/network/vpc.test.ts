import { Network } from "slipway";
import { registered } from "../../registered";

const subnet = { range: "10.0.0.0/20", region: "europe-west1" } as const;

test("a subnet can have one secondary range, or none", async () => {
    const subnets = {
        a: { ...subnet, secondaryRanges: { pods: "10.4.0.0/14" } },
        b: { ...subnet, range: "10.1.0.0/20" },
    };
    const made = await registered(() => new Network("apps", { subnets }));
    expect(made["Subnetwork apps-a"]).toMatchObject({
        secondaryIpRanges: [{ rangeName: "pods", ipCidrRange: "10.4.0.0/14" }],
    });
    expect(made["Subnetwork apps-b"]).not.toHaveProperty("secondaryIpRanges");
});

test.each([
    ["n", "n-nat"],
    ["ab", "ab"],
])("the Cloud NAT of the network %s is called %s", async (name, nat) => {
    const made = await registered(() => new Network("apps", { name, nat: {}, subnets: { a: subnet } }));
    expect(made["RouterNat apps-europe-west1"]).toMatchObject({ name: nat });
});
