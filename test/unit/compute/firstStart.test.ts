import { AutoscaledInstanceGroup, VirtualMachine } from "slipway";
import { withoutWait } from "../../../lib/stack/propagation";
import { folderOf } from "../folders";
import { registered } from "../registered";

jest.mock("../../../lib/stack/propagation", () => {
    const actual = jest.requireActual("../../../lib/stack/propagation");
    return { ...actual, withoutWait: jest.fn(actual.withoutWait) };
});

const startupScript = `${folderOf({ "start.sh": "#!/bin/bash\n" })}/start.sh`;
const container = { image: `docker.io/acme/predict@sha256:${"0a".repeat(32)}` };
const metadata = { "user-data": "#cloud-config" };
const deepLearning = { family: "pytorch-2-9-cu129-ubuntu-2404-nvidia-580", project: "deeplearning-platform-release" };

/** Whether what starts waits until the roles of its account take effect. */
async function waits(program: () => unknown): Promise<boolean> {
    jest.mocked(withoutWait).mockClear();
    await registered(program);
    return jest.mocked(withoutWait).mock.calls.length === 0;
}

test.each<[string, object]>([
    ["an operating system", {}],
    ["another operating system", { image: { name: "debian-13-trixie-v20261012", project: "debian-cloud" } }],
])("a machine with only %s starts before its roles take effect", async (_, args) => {
    expect(await waits(() => new VirtualMachine("train", args))).toBe(false);
    expect(await waits(() => new AutoscaledInstanceGroup("web", args))).toBe(false);
});

const starting: [string, object][] = [
    ["a startup script", { startupScript }],
    ["a container", { container }],
    ["metadata, which an image can run", { metadata }],
    ["an image of its own", { image: { family: "golden" } }],
    ["an image that has more than an operating system", { image: deepLearning }],
];

test.each([...starting, ["an agent", { agent: true }] as const])(
    "a machine with %s starts once its roles take effect",
    async (_, args) => {
        expect(await waits(() => new VirtualMachine("train", args))).toBe(true);
        expect(await waits(() => new AutoscaledInstanceGroup("web", args))).toBe(true);
    },
);

test.each(starting)("a group whose canary has %s starts once its roles take effect", async (_, template) => {
    expect(await waits(() => new AutoscaledInstanceGroup("web", { canary: { template } }))).toBe(true);
});

test("a group whose canary has another machine type starts before its roles take effect", async () => {
    const canary = { template: { machineType: "e2-standard-2" as const } };
    expect(await waits(() => new AutoscaledInstanceGroup("web", { canary }))).toBe(false);
});
