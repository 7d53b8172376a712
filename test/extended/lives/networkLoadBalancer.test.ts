import { Deployment } from "../../deploy/deployment";

const balancers = Deployment.programs(["network-balancers.ts"]);
afterAll(() => balancers.remove());
const edit = (from: string, to: string) =>
    balancers.edit("programs/network-balancers.ts", (text) => {
        expect(text).toContain(from);
        return text.replaceAll(from, to);
    });

test("every type of network load balancer has every kind of group", async () => {
    const planned = (await balancers.preview("dev")).length;
    const { created } = await balancers.up("dev");
    expect(created).toBe(planned);
    expect(await balancers.again("dev")).toEqual({ unchanged: created });
});

test("groups, access and times change in place", async () => {
    edit('group: [main, standby],\n    protocol: "all"', 'group: main,\n    protocol: "all"');
    edit("globalAccess: true,\n    clients", "clients");
    edit('drainTimeout: "1 minute"', 'drainTimeout: "2 minutes"');
    edit("failover: { group: standby, ratio: 50", "failover: { group: standby, ratio: 25");
    expect(await balancers.upAsPreviewed("dev")).toEqual([
        "update Firewall gateway-clients",
        "update Firewall gateway-probes",
        "update ForwardingRule gateway-all",
        "update RegionBackendService gateway",
        "update RegionBackendService sql",
    ]);
});

test("another port and another protocol replace rules, which lead to the previous backend service until then", async () => {
    edit('protocol: "udp",\n    ports: [53]', 'protocol: "tcp",\n    ports: [5353]');
    edit("ports: [5432, 6432]", "ports: [5432, 7432]");
    const changes = await balancers.upAsPreviewed("dev");
    expect(changes).toEqual(
        expect.arrayContaining([
            "replace RegionBackendService dns",
            "create ForwardingRule inner-7432",
            "delete ForwardingRule inner-6432",
        ]),
    );
    expect(await balancers.again("dev")).toEqual({ unchanged: expect.any(Number) });
});

test("another option of the proxy replaces it, and the rule leads to the new one", async () => {
    edit("    proxyProtocol: true,\n", "");
    expect(await balancers.upAsPreviewed("dev")).toEqual(
        expect.arrayContaining(["replace RegionTargetTcpProxy inner", "update ForwardingRule inner-5432"]),
    );
    expect(await balancers.again("dev")).toEqual({ unchanged: expect.any(Number) });
});

test("another type has another address and another backend service", async () => {
    edit(
        'type: "regional-external-proxy",\n    network,\n    group: scaled',
        'type: "regional-internal-proxy",\n    network,\n    group: scaled',
    );
    const changes = await balancers.upAsPreviewed("dev");
    expect(changes).toEqual(
        expect.arrayContaining([
            "replace Address outer",
            "replace RegionBackendService outer",
            "replace RegionTargetTcpProxy outer",
        ]),
    );
    expect(await balancers.again("dev")).toEqual({ unchanged: expect.any(Number) });
});

test("all is destroyed", async () => {
    await balancers.destroy("dev");
    expect(balancers.remaining()).toEqual([]);
});
