import { parseArea } from '../parse/area.ts'
import { parseEmail, parsePhone } from '../parse/contact.ts'
import { parseReady } from '../parse/date.ts'
import { parseMoney } from '../parse/money.ts'
import { parseNumber } from '../parse/number.ts'
import { parseCount, parseRooms } from '../parse/rooms.ts'

export type ImportKind = 'listings' | 'leads'

/** A field that a column can be mapped to: how it may be headed, and what its values look like. */
export interface FieldDefinition {
  readonly field: string
  readonly label: string
  /** Folded words; the likeliest first. */
  readonly headers: readonly string[]
  /** Whether a value could be of this field. Absent: any text. */
  readonly fits?: (value: string) => boolean
  /** Values alone tell the field, whatever its header. */
  readonly telling?: boolean
  /** Bare numbers of the field come in different units: `price:lakh`, `area:sqyd`. */
  readonly unit?: 'money' | 'area'
}

const list = (words: string): readonly string[] => words.split(',').map((word) => word.trim())
const isMoney = (value: string): boolean => parseMoney(value) !== undefined || /request|call|tbd/i.test(value)
const isNumber = (value: string): boolean => parseNumber(value) !== undefined
const isWords = (value: string): boolean =>
  /\p{L}{2}/u.test(value) && !/^[[{]/.test(value) && parseNumber(value) === undefined

/** Fields of a listing. */
export const listingFields: readonly FieldDefinition[] = [
  {
    field: 'reference',
    label: 'Reference',
    headers: list(
      'prop id,property id,listing id,reference,ref,ref no,reference no,listing ref,mls number,mls id,unit id,id,spid,code,संदर्भ,الرقم المرجعي',
    ),
  },
  {
    field: 'title',
    label: 'Title',
    headers: list('title,heading,prop heading,headline,property title,listing title,शीर्षक,العنوان'),
    fits: isWords,
  },
  {
    field: 'subtitle',
    label: 'Line with type and place',
    headers: list('property sub name,sub name,subtitle,sub title,tagline'),
    fits: isWords,
  },
  {
    field: 'description',
    label: 'Description',
    headers: list('description,details,about,property description,remarks,overview,विवरण,الوصف'),
    fits: isWords,
  },
  {
    field: 'purpose',
    label: 'Sale or rent',
    headers: list('purpose,transaction type,listing type,sale or rent,rent or sale,offer type,sale rent,for'),
    fits: (value) => /sale|sell|buy|rent|lease|बिक्री|किराया|للبيع|للإيجار/i.test(value),
  },
  {
    field: 'propertyType',
    label: 'Type of home',
    headers: list('property type,building type,unit type,type of property,home type,category,type,प्रकार,نوع العقار'),
    fits: (value) =>
      /apartment|flat|villa|house|plot|land|studio|floor|bungalow|penthouse|duplex|residential|home|फ्लैट|شقة|فيلا/i.test(
        value,
      ),
  },
  { field: 'city', label: 'City', headers: list('city,town,city name,शहर,المدينة'), fits: isWords },
  {
    field: 'locality',
    label: 'Locality',
    headers: list(
      'locality,location,locality name,area name,neighbourhood,neighborhood,sub locality,micro market,suburb,इलाका,स्थान,المنطقة,الموقع',
    ),
    fits: isWords,
  },
  {
    field: 'society',
    label: 'Society or project',
    headers: list(
      'society,society name,project,project name,building name,building,complex,apartment name,prop name,property name,tower,सोसाइटी,المشروع',
    ),
  },
  {
    field: 'bedrooms',
    label: 'Bedrooms',
    headers: list(
      'bedrooms,bhk,bedroom,no of bedrooms,number of bedrooms,bedroom num,beds,size,rooms,configuration,unit configuration,bhk bed,bhk type,कमरे,غرف النوم',
    ),
    fits: (value) => parseRooms(value) !== undefined,
  },
  {
    field: 'bathrooms',
    label: 'Bathrooms',
    headers: list('bathrooms,bath,baths,bathroom,bathroom num,no of bathrooms,toilets,washrooms,الحمامات'),
    fits: (value) => parseCount(value, 40) !== undefined,
  },
  {
    field: 'balconies',
    label: 'Balconies',
    headers: list('balconies,balcony,balcony num,no of balconies'),
    fits: (value) => parseCount(value, 20) !== undefined,
  },
  {
    field: 'price',
    label: 'Price',
    headers: list(
      'price,expected price,asking price,total price,sale price,selling price,cost,amount,rent,monthly rent,expected rent,rate,मूल्य,कीमत,दाम,السعر',
    ),
    fits: isMoney,
    unit: 'money',
  },
  {
    field: 'area',
    label: 'Area',
    headers: list(
      'area,total sqft,total area,sqft,size sqft,area sqft,carpet area,built up area,super area,super built up area,saleable area,plot area,size,क्षेत्रफल,المساحة',
    ),
    fits: (value) => parseArea(value) !== undefined,
    unit: 'area',
  },
  {
    field: 'areaKind',
    label: 'Kind of area',
    headers: list('area type,type of area,area kind'),
    fits: (value) => /carpet|built|plot|super|saleable/i.test(value),
  },
  {
    field: 'furnishing',
    label: 'Furnishing',
    headers: list('furnishing,furnish,furnishing status,furnished status,furnished'),
    fits: (value) => /furnish|not available/i.test(value),
  },
  {
    field: 'ready',
    label: 'Ready from',
    headers: list(
      'availability,possession,possession date,possession by,ready by,ready from,available from,construction status,possession status,status,حالة',
    ),
    fits: (value) => parseReady(value) !== undefined || /under construction/i.test(value),
  },
  {
    field: 'resale',
    label: 'Resale',
    headers: list('resale,is resale'),
    fits: (value) => /^(?:0|1|yes|no|true|false)$/i.test(value),
  },
  { field: 'floor', label: 'Floor', headers: list('floor,floor num,floor no,floor number,منطقة الطابق') },
  {
    field: 'facing',
    label: 'Facing',
    headers: list('facing,direction,facing direction,orientation'),
    fits: (value) => /^(?:north|south|east|west|n|s|e|w|ne|nw|se|sw|not available)(?:$|[\s-])/i.test(value),
  },
  {
    field: 'age',
    label: 'Age',
    headers: list('age,property age,age of property,building age'),
    fits: (value) => /\d|construction|new|undefined/i.test(value),
  },
  {
    field: 'amenities',
    label: 'Amenities',
    headers: list('amenities,facilities,features,top facilities,amenity list,सुविधाएं,المرافق'),
    fits: (value) => /\p{L}{2}/u.test(value),
  },
  { field: 'latitude', label: 'Latitude', headers: list('latitude,lat'), fits: isNumber },
  { field: 'longitude', label: 'Longitude', headers: list('longitude,lng,lon,long'), fits: isNumber },
  {
    field: 'configurations',
    label: 'Prices by configuration',
    headers: list('price details,configurations,unit details'),
    fits: (value) => value.startsWith('{') || value.startsWith('['),
  },
  {
    field: 'landmarks',
    label: 'What is near',
    headers: list('location advantages,nearby locations,landmarks,nearby,near by'),
  },
]

/** Fields of a lead. */
export const leadFields: readonly FieldDefinition[] = [
  {
    field: 'name',
    label: 'Name',
    headers: list(
      'name,full name,contact name,client name,customer name,lead name,buyer name,contact,your name,nombre,nombre completo,nom,nome completo,नाम,पूरा नाम,الاسم,الاسم الكامل',
    ),
    fits: (value) => /\p{L}/u.test(value) && !value.includes('@'),
  },
  {
    field: 'firstName',
    label: 'First name',
    headers: list('first name,fname,given name,firstname,prénom,प्रथम नाम,الاسم الأول'),
    fits: isWords,
  },
  {
    field: 'lastName',
    label: 'Last name',
    headers: list('last name,lname,surname,family name,lastname,apellido,उपनाम,اسم العائلة'),
    fits: isWords,
  },
  {
    field: 'email',
    label: 'E-mail',
    headers: list(
      'email,email address,e mail,mail,lead email,email id,correo,correo electronico,courriel,ईमेल,البريد الإلكتروني,البريد',
    ),
    fits: (value) => parseEmail(value) !== undefined,
    telling: true,
  },
  {
    field: 'phone',
    label: 'Phone',
    headers: list(
      'phone,phone number,mobile,mobile number,contact number,lead phone,telephone,tel,cell,whatsapp,whatsapp number,phone no,mobile no,contact no,telefono,número de teléfono,numero de telefono,téléphone,फोन,फ़ोन,मोबाइल,मोबाइल नंबर,الهاتف,رقم الهاتف,الجوال',
    ),
    fits: (value) => parsePhone(value) !== undefined || /^[\d\s()+-]{7,}$/.test(value),
    telling: true,
  },
  {
    field: 'city',
    label: 'City',
    headers: list('city,town,ciudad,cidade,preferred city,mailing city,शहर,المدينة'),
    fits: isWords,
  },
  { field: 'country', label: 'Country', headers: list('country,country region,pais,देश,الدولة'), fits: isWords },
  {
    field: 'localities',
    label: 'Localities',
    headers: list(
      'locality,localities,location,preferred location,preferred locality,area of interest,preferred area,इलाका,المنطقة',
    ),
    fits: isWords,
  },
  {
    field: 'budget',
    label: 'Budget',
    headers: list(
      'budget,budget range,price range,max budget,your budget,what is your budget,presupuesto,बजट,الميزانية',
    ),
    fits: isMoney,
    unit: 'money',
  },
  {
    field: 'budgetMin',
    label: 'Budget from',
    headers: list('budget min,min budget,minimum budget,budget from'),
    fits: isMoney,
    unit: 'money',
  },
  {
    field: 'budgetMax',
    label: 'Budget to',
    headers: list('budget max,maximum budget,budget to,budget upto'),
    fits: isMoney,
    unit: 'money',
  },
  {
    field: 'bedrooms',
    label: 'Bedrooms',
    headers: list('bhk,bedrooms,bedroom,configuration,unit type,no of bedrooms,rooms'),
    fits: (value) => parseRooms(value) !== undefined,
  },
  {
    field: 'propertyType',
    label: 'Type of home',
    headers: list('property type,type of property,home type'),
    fits: isWords,
  },
  {
    field: 'purpose',
    label: 'Purpose',
    headers: list('purpose,requirement type,looking to,buy or rent,intent'),
    fits: (value) => /buy|rent|lease|invest|purchase|sale/i.test(value),
  },
  {
    field: 'timeline',
    label: 'When',
    headers: list('timeline,time frame,timeframe,when,urgency,purchase timeline,when are you planning to buy'),
    fits: (value) => /\p{L}/u.test(value),
  },
  {
    field: 'source',
    label: 'Source',
    headers: list('source,lead source,data source,original source,platform,utm source,channel,स्रोत,المصدر'),
  },
  {
    field: 'message',
    label: 'Message',
    headers: list(
      'message,notes,note,remarks,comments,comment,description,requirement,enquiry,inquiry,notas,टिप्पणी,ملاحظات',
    ),
    fits: isWords,
  },
]

/** Fields by kind of import. */
export function fieldsOf(kind: ImportKind): readonly FieldDefinition[] {
  return kind === 'listings' ? listingFields : leadFields
}

/** What a mapping screen offers for a column, units spelled out. */
export function fieldChoices(kind: ImportKind): readonly { readonly field: string; readonly label: string }[] {
  return fieldsOf(kind).flatMap(({ field, label, unit }) => {
    if (unit === 'money')
      return [
        { field, label: `${label}, as written` },
        { field: `${field}:lakh`, label: `${label}, in lakh` },
        { field: `${field}:crore`, label: `${label}, in crore` },
        { field: `${field}:thousand`, label: `${label}, in thousands` },
      ]
    if (unit === 'area')
      return [
        { field, label: `${label}, in square feet or as written` },
        { field: `${field}:sqm`, label: `${label}, in square metres` },
        { field: `${field}:sqyd`, label: `${label}, in square yards` },
      ]
    return [{ field, label }]
  })
}
