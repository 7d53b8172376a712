import * as pulumi from "@pulumi/pulumi";
import { ServiceAccount } from "slipway";
import { warnOfQuotas } from "../../../lib/environment/quotas";
import { registration, startProgram, urnOfChild } from "../engine";
import { registered } from "../registered";

let warn: jest.SpyInstance;
beforeEach(() => {
    warn = jest.spyOn(pulumi.log, "warn").mockResolvedValue();
});

const account = "gcp:serviceaccount/account:Account";
const many = <Made>(count: number, make: (index: number) => Made) => Array.from({ length: count }, (_, at) => make(at));

/** The warnings for resources of one type, of which the state has the first ones. */
async function warnings(type: string, all: pulumi.Inputs[], deployed = 0): Promise<string[]> {
    const urns = all.map((_, index) => urnOfChild(type, `a${index}`));
    const state = Object.fromEntries(urns.slice(0, deployed).map((urn) => [urn, {}]));
    const { shop, provider } = await startProgram({ deployed: state, preview: true });
    await warnOfQuotas(
        all.map((inputs, index) => ({
            ...registration(type, `a${index}`, inputs, { parent: shop, provider }),
            resource: { urn: pulumi.output(urns[index]) } as pulumi.Resource,
        })),
    );
    return warn.mock.calls.map(([message]) => String(message));
}

const tooManyAccounts =
    "The stack has 101 service accounts, and a project can have 100 by default, including other stacks: https://cloud.google.com/iam/quotas. Let components share accounts with their argument account, request a higher quota of acme-dev, or use a second project.";

test("a preview warns once of more service accounts than a project can have", async () => {
    const make = () => many(101, (index) => new ServiceAccount(`caller-${index}`));
    await registered(make, { root: true, preview: true });
    for (let times = 0; times < 100 && warn.mock.calls.length === 0; times++) {
        await new Promise((resolve) => setTimeout(resolve, 10));
    }
    expect(warn.mock.calls.map(([message]) => message)).toEqual([tooManyAccounts]);
    warn.mockClear();
    await registered(make, { root: true });
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(warn).not.toHaveBeenCalled();
});

const instance = (zone: string, machineType: string, ...gpus: number[]) => ({
    zone,
    machineType,
    guestAccelerators: gpus.map((count) => ({ type: "nvidia-tesla-t4", count })),
});
const exceeded: [string, string, pulumi.Inputs[], string][] = [
    ["service accounts", account, many(101, () => ({})), "101 service accounts, and a project can have 100"],
    ["networks", "gcp:compute/network:Network", many(6, () => ({})), "6 networks, and a project can have 5"],
    [
        "Cloud Run services in a region",
        "gcp:cloudrunv2/service:Service",
        many(1001, () => ({ location: "europe-west4" })),
        "1001 services, and europe-west4 can have 1000",
    ],
    [
        "triggers of functions in the provider's region",
        "gcp:cloudfunctionsv2/function:Function",
        many(501, () => ({ eventTrigger: {} })),
        "501 triggers, and europe-west1 can have 500",
    ],
    [
        "CPUs of series with one quota in all zones of a region",
        "gcp:compute/instance:Instance",
        [instance("europe-west1-b", "e2-standard-16"), instance("europe-west1-c", "n1-standard-16")],
        "32 vCPUs, and europe-west1 of E2, N1, T2D and T2A can have 24",
    ],
    [
        "GPUs",
        "gcp:compute/instance:Instance",
        [instance("europe-west1-b", "n1-standard-4", 1), instance("us-central1-a", "n1-standard-4", 1)],
        "2 GPUs, and a project can have 1",
    ],
];
test.each(exceeded)("a program that exceeds the quota of %s alone is told", async (_, type, all, told) => {
    const [message, ...others] = await warnings(type, all);
    expect([message?.startsWith(`The stack has ${told} by default, `), others]).toEqual([true, []]);
});

const allowed: [string, string, pulumi.Inputs[], number?][] = [
    ["as many service accounts as a project can have", account, many(100, () => ({}))],
    ["what is deployed, with a higher quota", account, many(101, () => ({})), 101],
    ["resources of several projects", account, many(102, (index) => ({ project: `acme-${index % 2}` }))],
    [
        "services in several regions",
        "gcp:cloudrunv2/service:Service",
        many(1002, (index) => ({ location: index % 2 ? "europe-west1" : "europe-west4" })),
    ],
    [
        "many versions of one App Engine service",
        "gcp:appengine/standardAppVersion:StandardAppVersion",
        many(211, () => ({ service: "default" })),
    ],
    [
        "CPUs of several series",
        "gcp:compute/instance:Instance",
        [instance("europe-west1-b", "e2-standard-16"), instance("europe-west1-b", "n2-standard-16")],
    ],
];
test.each(allowed)("%s cause no warning", async (_, type, all, deployed = 0) => {
    expect(await warnings(type, all, deployed)).toEqual([]);
});
