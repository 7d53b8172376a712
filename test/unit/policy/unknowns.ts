/** Arguments as Pulumi's SDK for policies gives them to a rule: reading an unknown value throws. It does not declare the function. */
export const { unknownCheckingProxy }: { unknownCheckingProxy(props: object): Record<string, unknown> } =
    require("@pulumi/policy/proxy");
