import { componentsAbove, described, type Exported, nameOf } from "../../machine/exported";
import { unknown } from "../../machine/marks";

type Values = Record<string, unknown>;

/** A resource of a stack that can be billed. */
export interface Resource {
    urn: string;
    type: string;
    /** The name in the program. */
    name: string;
    /** What Google Cloud answered, or in a preview what the program sets. */
    values: Values;
    region: string;
    project: string;
    /** The component of the program that it is in, such as `ServerlessFunction web`. */
    component: string;
    dependencies: Record<string, string[]>;
}

/** The resources of a stack, and how they refer to each other. */
export class Stack {
    readonly resources: Resource[];

    private readonly byUrn: Map<string, Resource>;

    constructor(exported: Exported[]) {
        const all = new Map(exported.map((each) => [each.urn, each]));
        this.resources = exported.filter(isResource).map((each) => resourceOf(each, all));
        this.byUrn = new Map(this.resources.map((each) => [each.urn, each]));
    }

    /** All of a type. */
    ofType(type: string): Resource[] {
        return this.resources.filter((each) => each.type === type);
    }

    /** The resource of one of the types that a property refers to, by dependency or by its ID, link or name. */
    referred(from: Resource, property: string, types: string[]): Resource | undefined {
        const isRight = (found: Resource | undefined) => found !== undefined && types.includes(found.type);
        const dependencies = (from.dependencies[property] ?? []).map((urn) => this.byUrn.get(urn)).filter(isRight);
        const text = JSON.stringify(from.values[property] ?? "");
        const isNamed = ({ values }: Resource) =>
            [values.selfLink, values.id, values.name].some(
                (name) =>
                    typeof name === "string" &&
                    (text === JSON.stringify(name) || text.includes(`/${name}"`) || text.includes(`"${name}"`)),
            );
        const [named] = this.resources.filter((each) => isRight(each) && isNamed(each));
        return dependencies.find((each) => each !== undefined && isNamed(each)) ?? named ?? dependencies[0];
    }

    /** The resources of a type that refer to a resource by a property. */
    referring(to: Resource, type: string, property: string): Resource[] {
        return this.ofType(type).filter((each) => this.referred(each, property, [to.type]) === to);
    }

    /** Whether something refers to an address, such as a machine. */
    isInUse(address: Resource): boolean {
        const names = [address.values.address, address.values.selfLink].filter((each) => typeof each === "string");
        return this.resources.some(
            (each) =>
                each !== address &&
                (Object.values(each.dependencies).some((urns) => urns.includes(address.urn)) ||
                    names.some((name) => JSON.stringify(each.values).includes(`"${name}"`))),
        );
    }
}

/** Whether Google Cloud can bill it: not a component, a provider, or what is only read. */
const isResource = ({ type, custom, id, inputs }: Exported) =>
    custom !== false && (id !== undefined || inputs !== undefined) && !/^(pulumi:|slipway:)/.test(type);

function resourceOf(exported: Exported, all: Map<string, Exported>): Resource {
    const { urn, type, id, inputs = {}, outputs = {}, propertyDependencies = {} } = exported;
    const provider = all.get(exported.provider?.slice(0, exported.provider.lastIndexOf("::")) ?? "")?.inputs ?? {};
    const values: Values = { ...inputs, ...outputs, ...(id && { id }) };
    return {
        urn,
        type,
        name: nameOf(urn),
        values,
        region: regionOf(values) ?? String(provider.region ?? ""),
        project: String(values.project ?? provider.project ?? ""),
        // The one that the program declares, or the resource itself.
        component: described(componentsAbove(exported, (each) => all.get(each)).at(-1) ?? exported),
        dependencies: propertyDependencies,
    };
}

/** The region of a region, zone or location; undefined without one. */
export function regionOf({ region, zone, location }: Values): string | undefined {
    const [place] = [region, location, zone].filter((each): each is string => typeof each === "string" && each !== "");
    return place
        ?.split("/")
        .at(-1)
        ?.toLowerCase()
        .replace(/^([a-z]+-[a-z]+\d+)-[a-z]$/, "$1");
}

/** A number in a value, also as text; undefined if it is none or not known yet. */
export const numberIn = (value: unknown): number | undefined => {
    const number = typeof value === "string" && value !== "" ? Number(value) : value;
    return typeof number === "number" && Number.isFinite(number) ? number : undefined;
};

/** A text in a value; undefined if it is none or not known yet. */
export const textIn = (value: unknown): string | undefined =>
    typeof value === "string" && value !== "" && value !== unknown ? value : undefined;

/** The last part of a name or a link. */
export const lastPart = (value: unknown): string | undefined => textIn(value)?.split("/").at(-1);

/** An object in a value. A block that Terraform has as a list of one is an object in Pulumi. */
export const objectIn = (value: unknown): Values =>
    typeof value === "object" && value !== null ? (value as Values) : {};

/** The objects in a value. */
export const objectsIn = (value: unknown): Values[] => (Array.isArray(value) ? value.map(objectIn) : []);
