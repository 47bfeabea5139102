/** The scopes that an OAuth client can be given: `<plural-resource>.readonly`. */
const RESOURCES = `
  employees employments employment-templates job-positions departments legal-entities business-establishments
  job-qualifications occupation-categories employee-personal-records employee-attributes
  employee-attribute-definitions taxonomies probationary-periods events webhook-endpoints webhook-deliveries files
`;

export const KNOWN_SCOPES: ReadonlySet<string> = new Set(
  RESOURCES.trim()
    .split(/\s+/)
    .map((resource) => `${resource}.readonly`),
);
