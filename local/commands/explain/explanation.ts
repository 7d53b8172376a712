import { described, type Exported, isComponent, nameOf } from "../../machine/exported";
import { withoutSecrets } from "../engine/withoutSecrets";
import { componentsOf, isEnvironment } from "../pictures/components";
import { lineOf } from "./lines";
import { type Protection, protectionOf } from "./protection";
import { type AccountRights, type Caller, type Connection, Rights } from "./rights";
import { type Step, waitsFor } from "./waits";

/** What a deployed stack says about a component, as in the output of `slipway explain --json`. */
export interface Explanation {
    component: string;
    /** The line of the program that creates it. */
    line?: string;
    /** The number of its resources. */
    resources: number;
    callers: Caller[];
    connections: Connection[];
    accounts: AccountRights[];
    protection: Protection[];
    /** What its last resource waits for at the first deployment. */
    waits: Step[];
}

/** Explains a component, by its name, or by its type and name. */
export function explanationOf(registered: Exported[], name: string): Explanation {
    // The order of registrations is not the same every time.
    const resources = withoutSecrets(registered).sort((one, other) => (one.urn < other.urn ? -1 : 1));
    const component = found(resources, name);
    const byUrn = new Map(resources.map((each) => [each.urn, each]));
    const isOwn = (each: Exported): boolean => {
        const parent = byUrn.get(each.parent ?? "");
        return each === component || (parent !== undefined && isOwn(parent));
    };
    const own = resources.filter(isOwn);
    const rights = new Rights(componentsOf(resources), { component, own: new Set(own.map(({ urn }) => urn)) });
    const line = lineOf(component, byUrn);
    return {
        component: described(component),
        ...(line && { line }),
        resources: own.filter(({ custom }) => custom).length,
        callers: rights.callers(),
        connections: rights.connections(),
        accounts: rights.accounts(),
        protection: protectionOf(own),
        waits: waitsFor(own, resources),
    };
}

/** The component with a name. Of several, the one that is in no other component. */
function found(resources: Exported[], name: string): Exported {
    const components = resources.filter(
        (each) => !each.type.startsWith("pulumi:") && (isComponent(each) || isRaw(each, resources)),
    );
    const fitting = components.filter((each) => [nameOf(each.urn), described(each)].includes(name));
    const roots = fitting.filter((each) => isRaw(each, resources));
    const [component, ...others] = roots.length > 0 ? roots : fitting;
    if (component === undefined) {
        const names = components.filter((each) => !isEnvironment(each) && isRaw(each, resources)).map(described);
        throw new Error(`the stack has no component "${name}". It has ${names.sort().join(", ")}.`);
    }
    if (others.length > 0) {
        const names = [component, ...others].map((each) => `"${described(each)}"`);
        throw new Error(`several components have the name "${name}": write ${names.join(" or ")}.`);
    }
    return component;
}

/** Whether the program creates it, and no component. */
const isRaw = ({ parent }: Exported, resources: Exported[]) =>
    resources.find(({ urn }) => urn === parent)?.type === "pulumi:pulumi:Stack";
