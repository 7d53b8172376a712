import { Provider } from "@pulumi/gcp/provider";
import * as pulumi from "@pulumi/pulumi";
import * as state from "@pulumi/pulumi/runtime/state";

/** What a program finds when it starts. */
interface Found {
    /** The outputs of the resources in the stack's state, by URN. */
    deployed?: Record<string, object>;
    preview?: boolean;
    /** Results of the provider's functions. */
    call?: (token: string, inputs: Record<string, unknown>, provider?: string) => object;
}

export const config = { "gcp:project": "acme-dev", "gcp:region": "europe-west1" };

/** A component of the library. */
class Shop extends pulumi.ComponentResource {
    constructor(name: string, options?: pulumi.ComponentResourceOptions) {
        super("slipway:index:Shop", name, {}, options);
    }
}

/**
 * Starts a program whose engine has hooks and transforms, unlike the mocks of Pulumi's SDK: a test calls what a transformation returns, as the
 * engine does.
 */
export async function startProgram({ deployed = {}, preview = false, call }: Found = {}) {
    pulumi.runtime.setAllConfig(config);
    const outputs = Object.fromEntries(Object.entries(deployed).map(([urn, outputs]) => [urn, { outputs }]));
    const mocks: pulumi.runtime.Mocks = {
        newResource: ({ type, name, inputs }) => {
            const isNew = preview && !type.startsWith("pulumi:providers:");
            return { id: isNew ? undefined : `${name}-id`, state: inputs };
        },
        call: ({ token, inputs, provider }) =>
            token === "pulumi:pulumi:readStackResourceOutputs" ? { outputs } : (call?.(token, inputs, provider) ?? {}),
    };
    await pulumi.runtime.setMocks(mocks, "slipway", "dev", preview, "acme");
    const registered = async () => undefined;
    Object.assign(Reflect.get(state, "getStore")(), {
        supportsTransforms: true,
        callbacks: {
            registerResourceHook: registered,
            registerErrorHook: registered,
            awaitStackRegistrations: registered,
        },
    });
    const urnOf = (parent: string, type: string, name: string) => {
        const [, , parents = ""] = parent.split("::");
        return `urn:pulumi:dev::slipway::${parents === "" || parents === stackType ? "" : `${parents}$`}${type}::${name}`;
    };
    let isComplete: (value: unknown) => void = () => undefined;
    const complete = new Promise((resolve) => {
        isComplete = resolve;
    });
    Object.assign(pulumi.runtime.getMonitor() ?? {}, {
        registerResourceHook: () => undefined,
        newUrn: urnOf,
        registerResourceOutputs: (request: { getUrn(): string }, callback: (error: null, answer: object) => void) => {
            callback(null, {});
            if (request.getUrn() === urnOfShop) {
                isComplete(undefined);
            }
        },
    });
    const stack = new pulumi.ComponentResource(stackType, "slipway-dev");
    Reflect.get(state, "getStore")().stackResource = stack;
    const provider = new Provider("dev", { project: "acme-dev", region: "europe-west1" });
    const shop = new Shop("shop", { providers: { gcp: provider } });
    await complete;
    return { stack, provider, shop };
}

const stackType = "pulumi:pulumi:Stack";

/** The URN of a child of the component. */
export const urnOfChild = (type: string, name: string) =>
    `urn:pulumi:dev::slipway::slipway:index:Shop$${type}::${name}`;

export const urnOfShop = "urn:pulumi:dev::slipway::slipway:index:Shop::shop";

/** What the engine passes for a resource; the resource is a new one. */
export const registration = (
    type: string,
    name: string,
    props: pulumi.Inputs,
    opts: pulumi.CustomResourceOptions,
): pulumi.ResourceTransformationArgs => ({ resource: {} as pulumi.Resource, type, name, props, opts });

/** The transforms that a transformation has added, applied to what it returned. */
export async function transformed(
    { type, name }: pulumi.ResourceTransformationArgs,
    result: pulumi.ResourceTransformationResult,
    props: pulumi.Inputs = result.props,
) {
    const [transform] = result.opts.transforms ?? [];
    return transform?.({ custom: true, type, name, props, opts: result.opts });
}

/** What a program logs at a level while a test runs. */
export function logged(...levels: ("info" | "warn" | "error")[]): string[] {
    const texts: string[] = [];
    for (const level of levels) {
        jest.spyOn(pulumi.log, level).mockImplementation(async (...[text]: unknown[]) => void texts.push(String(text)));
    }
    return texts;
}

afterEach(() => jest.restoreAllMocks());
