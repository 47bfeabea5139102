/** The countries that a simulated company may use: ISO 3166-1 numeric, alpha-2, alpha-3, name, ISO 4217 currency. */
export interface Country {
  readonly id: number;
  readonly alpha2: string;
  readonly alpha3: string;
  readonly name: string;
  readonly currency: string;
}

const rows = `
  250 FR FRA EUR France
   56 BE BEL EUR Belgium
  756 CH CHE CHF Switzerland
  276 DE DEU EUR Germany
  724 ES ESP EUR Spain
  380 IT ITA EUR Italy
  620 PT PRT EUR Portugal
  528 NL NLD EUR Netherlands
  442 LU LUX EUR Luxembourg
  826 GB GBR GBP United Kingdom
  372 IE IRL EUR Ireland
  616 PL POL PLN Poland
  504 MA MAR MAD Morocco
  124 CA CAN CAD Canada
  840 US USA USD United States
  392 JP JPN JPY Japan
  554 NZ NZL NZD New Zealand
   36 AU AUS AUD Australia
`;

const countries = new Map<string, Country>(
  rows
    .trim()
    .split('\n')
    .map((row) => {
      const [id, alpha2 = '', alpha3 = '', currency = '', ...name] = row.trim().split(/\s+/);
      return [alpha2, { id: Number(id), alpha2, alpha3, currency, name: name.join(' ') }];
    }),
);

/** Finds a country by its alpha-2 code; a code that is not in the table stands for itself. */
export function findCountry(alpha2: string): Country {
  return countries.get(alpha2) ?? { id: 0, alpha2, alpha3: alpha2, name: alpha2, currency: 'EUR' };
}
