import { type Grant, policyName } from "../../local/simulator/cloud/grants";
import type { Entry } from "../../local/simulator/cloud/store";
import { cloudOf } from "../../local/simulator/cloudOf";
import type { Inputs } from "../../local/simulator/rules/rules";
import type { Deployment } from "../deploy/deployment";
import { change } from "./faults/change";
import { flags, subjectsOf } from "./faults/rounds";
import { attempt, deploy, deploymentOf, programs, stacksOf } from "./upgrades/program";

const member = "user:colleague@acme.example";

/** Grants every role that the program grants on anything to a colleague, too; returns the names of these grants. */
function grantToColleague({ place }: Deployment): string[] {
    const { store, iam } = cloudOf(place);
    const grants = store.list().filter(({ name, state }) => name.includes("/grants/") && state.role && state.member);
    for (const { name, project, state } of grants) {
        const resource = name.slice(policyName("//").length).split("/grants/")[0];
        iam.grant(project, `//${resource}`, { ...state, member } as Grant);
    }
    const all = ofColleague({ place });
    expect(all).not.toEqual([]);
    return all;
}

const ofColleague = ({ place }: Pick<Deployment, "place">) =>
    cloudOf(place)
        .store.list()
        .flatMap(({ name, state }) => (state.member === member ? name : []))
        .sort();

const group = "gcp:compute/regionInstanceGroupManager:RegionInstanceGroupManager";

/** What Google Cloud changes itself while the program runs, by type. */
const scaled: Record<string, (state: Inputs) => Inputs | undefined> = {
    [group]: ({ targetSize }) => ({ targetSize: Number(targetSize ?? 0) + 1 }),
    "gcp:container/nodePool:NodePool": ({ nodeCount, autoscaling }) =>
        autoscaling && { nodeCount: Number(nodeCount ?? 0) + 1 },
    "gcp:sql/databaseInstance:DatabaseInstance": ({ settings }) =>
        settings.diskAutoresize === false
            ? undefined
            : { settings: { ...settings, diskSize: Number(settings.diskSize ?? 10) + 5 } },
};

/** Lets autoscalers change everything that they can; returns the changed resources. */
function scale({ place }: Deployment): Entry[] {
    const { store } = cloudOf(place);
    return store.list().flatMap((entry) => {
        const changed = scaled[entry.type ?? ""]?.(entry.state as Inputs);
        if (!changed) {
            return [];
        }
        const made = { ...entry, state: { ...entry.state, ...changed } };
        store.write(made);
        return [made];
    });
}

test.each(programs())("%s changes nothing that others have changed beside it", async (program) => {
    const deployment = deploymentOf(program).byOwner();
    const [stack = ""] = stacksOf(program);
    const up = async (...more: string[]) => {
        const { code, output } = await attempt(deployment, ["up", ...flags(stack), ...more]);
        if (code !== 0) {
            throw new Error(output);
        }
    };
    await deploy(deployment, stack);
    const granted = grantToColleague(deployment);
    const sized = scale(deployment);
    await up("--expect-no-changes");
    await up("--refresh", "--expect-no-changes");
    change(deployment, await subjectsOf(deployment, stack));
    await up();
    expect(ofColleague(deployment)).toEqual(granted);
    // The local Google Cloud has an autoscaler of groups, which reduces those without load.
    const pools = sized.filter(({ type }) => type !== group);
    const { store } = cloudOf(deployment.place);
    const sizes = (state: Inputs = {}) => [state.nodeCount, state.settings?.diskSize];
    expect(pools.map(({ name }) => sizes(store.read(name)?.state))).toEqual(pools.map(({ state }) => sizes(state)));
    await deployment.remove();
});
