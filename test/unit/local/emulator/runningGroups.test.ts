import { setTimeout as sleep } from "node:timers/promises";
import { closeGroups, group, Machine, runGroups, served, until, updatePolicy, versionsOf } from "./groupWorld";

// Groups whose machines are HTTP servers of this process.

afterEach(closeGroups);

type Served = ReturnType<typeof served>;

/** Asks the load balancer without a pause; returns a function that ends it, with the answers. */
function asking({ choose, receiving }: Served) {
    const answers: Record<string, number> = {};
    let isOver = false;
    let least = receiving().length;
    const one = async () => {
        while (!isOver) {
            least = Math.min(least, receiving().length);
            const chosen = choose();
            const answer = await ("status" in chosen
                ? sleep(10).then(() => `${chosen.status}`)
                : fetch(chosen.address)
                      .then((response) => response.text(), String)
                      .finally(chosen.release));
            answers[answer] = (answers[answer] ?? 0) + 1;
        }
    };
    const all = [one(), one(), one()];
    return async () => {
        isOver = true;
        await Promise.all(all);
        return { kinds: Object.keys(answers).sort(), least };
    };
}

test("an update under requests fails none, and always has as many instances as the group needs", async () => {
    const shop = served();
    await until(() => shop.receiving().length === 3);
    for (const machine of Machine.all) {
        machine.delay = 200;
    }
    const end = asking(shop);
    shop.world.update(shop.made, { ...group, versions: versionsOf("two") });
    await until(
        () => shop.instances.length === 3 && shop.instances.every(({ member }) => /two$/.test(member.template)),
    );
    await sleep(300);
    expect(await end()).toEqual({ kinds: ["one", "two"], least: 3 });
    expect(Machine.all.filter(({ isRunning }) => isRunning.value)).toHaveLength(3);
});

test("an unhealthy instance gets no requests, and is created again with its name", async () => {
    const shop = served();
    await until(() => shop.receiving().length === 3);
    const [sick] = Machine.all as [Machine];
    const end = asking(shop);
    sick.isHealthy = false;
    await until(() => Machine.all.length === 4 && shop.receiving().length === 3);
    expect([Machine.all[3]?.name, sick.isRunning.value]).toEqual([sick.name, false]);
    expect(await end()).toEqual({ kinds: ["one"], least: 2 });
});

test("a machine that crashes is created again", async () => {
    const shop = served();
    await until(() => shop.receiving().length === 3);
    Machine.all[1]?.end("crash");
    await until(() => Machine.all.length === 4 && shop.receiving().length === 3);
    expect(shop.lines).toContain(`shop: ${Machine.all[1]?.name}: recreating (failed)`);
});

test("a group that grows resumes the instances of its standby pool, and fills the pool again", async () => {
    const standby = {
        ...{ targetSuspendedSize: 1, targetStoppedSize: 1 },
        standbyPolicy: { mode: "SCALE_OUT_POOL", initialDelaySec: 0 },
    };
    const shop = served(standby);
    const parked = () => shop.instances.filter(({ status }) => status === "STOPPED" || status === "SUSPENDED");
    await until(() => shop.receiving().length === 3 && parked().length === 2);
    const names = parked().map(({ member }) => member.name);
    shop.world.update(shop.made, { ...group, ...standby, targetSize: 5 });
    await until(() => shop.receiving().length === 5 && parked().length === 2);
    expect(shop.receiving().map(({ member }) => member.name)).toEqual(expect.arrayContaining(names));
    expect(Machine.all).toHaveLength(8);
});

test("instances stay while nothing runs them, and run again with their template, also if it was deleted", async () => {
    const shop = served({ updatePolicy: { ...updatePolicy, type: "OPPORTUNISTIC" } });
    await until(() => shop.receiving().length === 3);
    const names = shop.instances.map(({ member }) => member.name);
    await shop.groups.close();
    expect(Machine.all.some(({ isRunning }) => isRunning.value)).toBe(false);
    const opportunistic = { ...group, updatePolicy: { ...updatePolicy, type: "OPPORTUNISTIC" } };
    shop.world.update(shop.made, { ...opportunistic, versions: versionsOf("two") });
    shop.world.cloud.store.remove(
        "//compute.googleapis.com/projects/acme-dev/regions/europe-west1/instanceTemplates/one",
    );
    runGroups(shop.world);
    await until(() => Machine.all.length === 6);
    expect(Machine.all.slice(3).map(({ name }) => name)).toEqual(names);
    const { port } = (Machine.all[3] as Machine).addressOf();
    expect(await (await fetch(`http://127.0.0.1:${port}/`)).text()).toBe("one");
});

test("a group is scaled by the CPU and the requests of its machines, unless a load is set", async () => {
    const shop = served({ targetSize: undefined }, { balancingMode: "RATE", maxRatePerInstance: 10 });
    const autoscaler = shop.world.make("RegionAutoscaler", {
        ...{ name: "shop", region: "europe-west1", target: shop.made.id },
        autoscalingPolicy: {
            ...{ minReplicas: 1, maxReplicas: 5, cooldownPeriod: 0 },
            cpuUtilization: { target: 0.5 },
            loadBalancingUtilization: { target: 1 },
        },
    });
    const name = `//compute.googleapis.com/${autoscaler.id}`;
    const set = (values: object) =>
        shop.world.cloud.simulated.set(name, "acme-dev", { ...shop.world.cloud.simulated.of(name), ...values });
    const later = (minutes: number) => set({ time: new Date(Date.now() + minutes * 60_000).toISOString() });
    await until(() => shop.receiving().length === 1);
    (Machine.all[0] as Machine).cpu = 1.6;
    await shop.groups.measure();
    later(2);
    await until(() => shop.receiving().length === 2);
    for (const machine of Machine.all) {
        machine.cpu = 0;
    }
    const started = Date.now();
    for (let count = 0; count < 80; count++) {
        const chosen = shop.choose();
        if ("release" in chosen) {
            chosen.release();
        }
    }
    await sleep(Math.max(0, 2000 - (Date.now() - started)));
    await shop.groups.measure();
    later(4);
    await until(() => shop.receiving().length > 2);
    set({ load: {} });
    later(30);
    await until(() => shop.instances.length === 1);
});
