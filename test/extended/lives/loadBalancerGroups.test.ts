import { Deployment } from "../../deploy/deployment";

const groups = Deployment.programs(["balancer-groups.ts"]);
afterAll(() => groups.remove());
const edit = (from: string, to: string) =>
    groups.edit("programs/balancer-groups.ts", (text) => {
        expect(text).toContain(from);
        return text.replaceAll(from, to);
    });

test("every kind of group is behind every type of load balancer", async () => {
    const planned = (await groups.preview("dev")).length;
    const { created } = await groups.up("dev");
    expect(created).toBe(planned);
    expect(await groups.again("dev")).toEqual({ unchanged: created });
});

test("a machine that is replaced is in its groups again, which stay", async () => {
    edit('new VirtualMachine("c1", { ', 'new VirtualMachine("c1", { name: "c1-new", ');
    edit('new VirtualMachine("b2", { ', 'new VirtualMachine("b2", { name: "b2-new", ');
    const changes = await groups.upAsPreviewed("dev");
    expect(changes.filter((change) => / (Instance|Network).*Group|BackendService/.test(change))).toEqual([
        "replace InstanceGroupMembership shop-b-b2",
        "replace InstanceGroupMembership shop-c-c1",
    ]);
    expect(changes).toContain("replace NetworkEndpoint ports-b2");
    expect(await groups.again("dev")).toEqual({ unchanged: expect.any(Number) });
});

test("a group with another zone or host is replaced while load balancers use it", async () => {
    edit('"europe-west1-d"', '"europe-west1-c"');
    edit('internet: "api.partner.com"', 'internet: "eu.partner.com"');
    const changes = await groups.upAsPreviewed("dev");
    expect(changes).toEqual(
        expect.arrayContaining([
            "replace NetworkEndpointGroup factory",
            "replace GlobalNetworkEndpointGroup partner",
            "update RegionBackendService internal-factory",
            "update URLMap global",
        ]),
    );
    expect(await groups.again("dev")).toEqual({ unchanged: expect.any(Number) });
});

test("all is destroyed", async () => {
    await groups.destroy("dev");
    expect(groups.remaining()).toEqual([]);
});
