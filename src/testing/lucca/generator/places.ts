/** Where generated companies have sites, and what their departments, cost centres and jobs are called. */
export interface Place {
  readonly country: string;
  readonly city: string;
  readonly timeZone: string;
  /** How many of a company's sites are here, relative to the others. */
  readonly weight: number;
  /** LCID of most people here. */
  readonly cultureId: number;
}

const place = (
  country: string,
  city: string,
  timeZone: string,
  weight: number,
  cultureId: number,
): Place => ({
  country,
  city,
  timeZone,
  weight,
  cultureId,
});

export const PLACES: readonly Place[] = [
  place('FR', 'Paris', 'Europe/Paris', 12, 1036),
  place('FR', 'Lyon', 'Europe/Paris', 8, 1036),
  place('FR', 'Nantes', 'Europe/Paris', 6, 1036),
  place('FR', 'Lille', 'Europe/Paris', 5, 1036),
  place('FR', 'Toulouse', 'Europe/Paris', 5, 1036),
  place('FR', 'Bordeaux', 'Europe/Paris', 4, 1036),
  place('FR', 'Strasbourg', 'Europe/Paris', 3, 1036),
  place('FR', 'Saint-Étienne', 'Europe/Paris', 2, 1036),
  place('FR', 'Saint-Denis de La Réunion', 'Indian/Reunion', 1, 1036),
  place('BE', 'Bruxelles', 'Europe/Brussels', 3, 2067),
  place('CH', 'Zürich', 'Europe/Zurich', 2, 2055),
  place('DE', 'Köln', 'Europe/Berlin', 3, 1031),
  place('DE', 'München', 'Europe/Berlin', 2, 1031),
  place('ES', 'Málaga', 'Europe/Madrid', 3, 3082),
  place('IT', 'Milano', 'Europe/Rome', 2, 1040),
  place('PT', 'Porto', 'Europe/Lisbon', 2, 2070),
  place('NL', 'Utrecht', 'Europe/Amsterdam', 2, 1043),
  place('GB', 'London', 'Europe/London', 2, 2057),
  place('CA', 'Montréal', 'America/Toronto', 1, 3084),
];

/** Second level of the tree: a function, and what its parts are called. */
export const FUNCTIONS: readonly {
  readonly name: string;
  readonly parts: readonly string[];
  readonly jobs: readonly string[];
}[] = [
  {
    name: 'Direction générale',
    parts: ['Cabinet', 'Stratégie', 'Communication', 'Audit interne'],
    jobs: ['Chargé de mission', 'Assistante de direction', 'Auditeur interne'],
  },
  {
    name: 'Finance',
    parts: ['Comptabilité', 'Contrôle de gestion', 'Trésorerie', 'Fiscalité', 'Achats'],
    jobs: ['Comptable', 'Contrôleur de gestion', 'Trésorière', 'Acheteur'],
  },
  {
    name: 'Ressources humaines',
    parts: ['Paie', 'Recrutement', 'Formation', 'Relations sociales'],
    jobs: ['Gestionnaire de paie', 'Chargée de recrutement', 'Responsable formation'],
  },
  {
    name: 'Systèmes d’information',
    parts: ['Ingénierie', 'Data', 'Production', 'Sécurité', 'Support', 'Architecture'],
    jobs: ['Développeuse', 'Data engineer', 'Administrateur systèmes', 'Architecte', 'Technicien support'],
  },
  {
    name: 'Ventes',
    parts: ['Grands comptes', 'PME', 'Export', 'Avant-vente', 'Administration des ventes'],
    jobs: ['Ingénieur commercial', 'Key account manager', 'Assistante commerciale'],
  },
  {
    name: 'Marketing',
    parts: ['Marque', 'Digital', 'Événementiel', 'Études'],
    jobs: ['Chef de produit', 'Community manager', 'Graphiste'],
  },
  {
    name: 'Opérations',
    parts: ['Logistique', 'Production', 'Qualité', 'Maintenance', 'Méthodes', 'Support'],
    jobs: ['Technicienne de maintenance', 'Responsable qualité', 'Cariste', 'Chef d’équipe'],
  },
  {
    name: 'Juridique',
    parts: ['Contrats', 'Conformité', 'Propriété intellectuelle'],
    jobs: ['Juriste', 'Déléguée à la protection des données'],
  },
  {
    name: 'Service clients',
    parts: ['Réclamations', 'Niveau 1', 'Niveau 2', 'Formation clients', 'Support'],
    jobs: ['Conseillère clientèle', 'Superviseur', 'Technico-commercial'],
  },
  {
    name: 'R&D',
    parts: ['Prototypes', 'Essais', 'Laboratoire', 'Innovation'],
    jobs: ['Ingénieure R&D', 'Technicien de laboratoire', 'Doctorant'],
  },
];
