/** A locality of the sample: where it is and what a square foot costs there, in rupees, for a flat of good quality (built up by us, mid-2026 levels). */
export interface SamplePlace {
  readonly city: string
  readonly locality: string
  readonly latitude: number
  readonly longitude: number
  readonly rupeesPerSqft: readonly [low: number, high: number]
  /** How many homes of the sample stand here. */
  readonly homes: number
  readonly near: readonly string[]
}

/** Believable localities of six cities. Coordinates are of the locality's middle; homes are strewn around it. */
export const samplePlaces: readonly SamplePlace[] = rows([
  [
    'Bengaluru',
    'Whitefield',
    [12.9698, 77.7499],
    [6400, 10500],
    34,
    ['ITPL', 'Kadugodi metro station', 'Phoenix Marketcity'],
  ],
  [
    'Bengaluru',
    'Sarjapur Road',
    [12.9102, 77.6839],
    [6800, 10800],
    26,
    ['Wipro campus', 'Outer Ring Road', 'Decathlon Sarjapur'],
  ],
  [
    'Bengaluru',
    'Electronic City',
    [12.8452, 77.6602],
    [4900, 7400],
    24,
    ['Infosys campus', 'Konappana Agrahara metro station', 'Hosur Road'],
  ],
  [
    'Bengaluru',
    'HSR Layout',
    [12.9116, 77.6389],
    [9500, 14500],
    16,
    ['Agara lake', 'Silk Board junction', '27th Main'],
  ],
  ['Bengaluru', 'Indiranagar', [12.9719, 77.6412], [13500, 21000], 12, ['100 Feet Road', 'Indiranagar metro station']],
  ['Bengaluru', 'Hebbal', [13.0358, 77.597], [8200, 13000], 16, ['Manyata Tech Park', 'Hebbal lake', 'airport road']],
  ['Bengaluru', 'Koramangala', [12.9352, 77.6245], [12000, 18500], 10, ['Forum mall', 'Sony World signal']],
  ['Bengaluru', 'Thanisandra', [13.0546, 77.6339], [6600, 9800], 12, ['Manyata Tech Park', 'Elements mall']],
  ['Bengaluru', 'JP Nagar', [12.9063, 77.5857], [8000, 12500], 12, ['JP Nagar metro station', 'mini forest']],
  ['Bengaluru', 'Yelahanka', [13.1007, 77.5963], [5800, 9000], 10, ['airport road', 'Yelahanka lake']],
  ['Mumbai', 'Powai', [19.1176, 72.906], [21000, 34000], 14, ['Powai lake', 'IIT Bombay', 'Hiranandani gardens']],
  ['Mumbai', 'Andheri West', [19.1364, 72.8296], [22000, 36000], 14, ['Versova metro station', 'Lokhandwala market']],
  ['Mumbai', 'Thane West', [19.2183, 72.9781], [12500, 19500], 16, ['Ghodbunder Road', 'Upvan lake', 'Viviana mall']],
  ['Mumbai', 'Goregaon East', [19.1663, 72.8526], [17500, 26500], 12, ['Oberoi mall', 'Western Express Highway']],
  ['Mumbai', 'Kharghar', [19.0473, 73.0699], [9500, 14500], 12, ['Central Park', 'Utsav Chowk']],
  ['Pune', 'Hinjewadi', [18.5913, 73.7389], [6200, 9200], 16, ['Rajiv Gandhi Infotech Park', 'Mumbai–Pune expressway']],
  ['Pune', 'Kharadi', [18.5515, 73.9348], [8200, 12200], 14, ['EON IT Park', 'World Trade Center']],
  ['Pune', 'Baner', [18.559, 73.7868], [8800, 13200], 12, ['Baner hill', 'Balewadi High Street']],
  ['Pune', 'Wakad', [18.5993, 73.7625], [7000, 10200], 12, ['Dange Chowk', 'Phoenix Mall of the Millennium']],
  ['Gurugram', 'Sector 57', [28.4211, 77.0867], [11000, 16500], 10, ['Golf Course Extension Road', 'rapid metro']],
  ['Gurugram', 'Sector 65', [28.4031, 77.0627], [13000, 19500], 10, ['Golf Course Extension Road', 'Worldmark']],
  ['Gurugram', 'Sohna Road', [28.4089, 77.0426], [9200, 14000], 10, ['Subhash Chowk', 'Omaxe Celebration mall']],
  ['Gurugram', 'Dwarka Expressway', [28.5016, 76.9747], [9500, 14800], 12, ['the airport', 'Sector 21 metro station']],
  ['Hyderabad', 'Gachibowli', [17.4401, 78.3489], [8200, 12500], 14, ['Financial District', 'DLF Cyber City']],
  ['Hyderabad', 'Kondapur', [17.4622, 78.3568], [7600, 11200], 12, ['Botanical Garden', 'HITEC City']],
  ['Hyderabad', 'Kokapet', [17.3987, 78.3315], [8600, 13500], 10, ['Neopolis', 'Outer Ring Road']],
  ['Hyderabad', 'Miyapur', [17.4968, 78.3548], [5400, 7900], 10, ['Miyapur metro station', 'Mumbai highway']],
  ['Chennai', 'OMR Sholinganallur', [12.901, 80.2279], [5800, 8600], 14, ['ELCOT SEZ', 'East Coast Road']],
  ['Chennai', 'Velachery', [12.9815, 80.218], [8000, 11800], 10, ['Phoenix Marketcity', 'Velachery station']],
  ['Chennai', 'Anna Nagar', [13.085, 80.2101], [12500, 18500], 10, ['Tower Park', 'Anna Nagar metro station']],
  ['Chennai', 'Porur', [13.0382, 80.1565], [6200, 9400], 10, ['DLF IT Park', 'Porur lake']],
])

type Row = readonly [
  city: string,
  locality: string,
  at: readonly [latitude: number, longitude: number],
  rupeesPerSqft: readonly [number, number],
  homes: number,
  near: readonly string[],
]

function rows(table: readonly Row[]): readonly SamplePlace[] {
  return table.map(([city, locality, [latitude, longitude], rupeesPerSqft, homes, near]) => ({
    city,
    locality,
    latitude,
    longitude,
    rupeesPerSqft,
    homes,
    near,
  }))
}
