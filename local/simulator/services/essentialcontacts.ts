import { GoogleError } from "../cloud/errors";
import { digits } from "../cloud/ids";
import { requireQuotaProject } from "../rules/quotaProject";
import { type Inputs, oneOf, type Service, type TypeRules } from "../rules/rules";

const api = "essentialcontacts.googleapis.com";
const title = "Essential Contacts API";

const projectOf = ({ parent }: Inputs) => /^projects\/(.+)$/.exec(parent)?.[1] ?? "";
const idOf = ({ parent, email }: Inputs) => digits(`contact ${parent} ${email}`, 19);

const contact: TypeRules = {
    noun: "Contact",
    generatedNoun: "EssentialContactsContact",
    cost: "free",
    project: projectOf,
    id: ({ name }) => name,
    name: (inputs) => `//${api}/${inputs.parent}/contacts/${idOf(inputs)}`,
    validators: {
        notificationCategorySubscriptions: oneOf(
            "notification_category_subscriptions",
            "ALL",
            "BILLING",
            "LEGAL",
            "PRODUCT_UPDATES",
            "SECURITY",
            "SUSPENSION",
            "TECHNICAL",
            "TECHNICAL_INCIDENTS",
        ),
    },
    alreadyExists: () => new GoogleError(409, "Requested entity already exists"),
    verify: ({ email }, context) => {
        requireQuotaProject(api, title, context);
        if (!/^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(email)) {
            throw new GoogleError(400, "Request contains an invalid argument.");
        }
    },
    // The name has the number of the project: Config Connector's `essentialcontactscontact-minimal`.
    state: (inputs, { cloud }) => {
        const project = projectOf(inputs);
        const parent = project ? `projects/${cloud.projects.number(project)}` : inputs.parent;
        return { name: `${parent}/contacts/${idOf(inputs)}` };
    },
};

const service: Service = { titles: { [api]: title }, types: { "gcp:essentialcontacts/contact:Contact": contact } };

export default service;
